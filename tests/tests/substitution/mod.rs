//! Every account of every instruction, replaced by every other account there is: generated from the interface
//! file, so that a new instruction is covered as soon as it is listed there.
//!
//! For each instruction two exchanges of two governances come to the same state with the same traders, and the
//! accounts of the second are put beside those of the first. Then, one slot at a time, an account is replaced
//!
//! 1. by every other account of the same type in either exchange (another exchange's, owner's, market's);
//! 2. by one account of every other type;
//! 3. by every other account of the same instruction;
//! 4. by a look-alike: the same bytes under another program;
//!
//! a signer also does without signing, and every mix of the two exchanges' accounts is tried. Each must be
//! refused by a named error and change no account. Accounts that follow those of the interface file (risk
//! accounts, markets of a pool) are slots like the others, called `rest 0`, `rest 1`, …
//!
//! **A new instruction** needs a line and a function in [`setups`]: a world of the given number in which it goes
//! through, and the instruction. Substitutes that it rightly takes are listed in [`accepted`] with the reason;
//! a run prints those that are missing. One that is listed and no longer taken fails as well.

mod accepted;
mod idl;
mod setups;
mod substitutes;

use accepted::{ACCEPTED, REPEATABLE};
use idl::{idl, Described};
use plimsoll_testkit::{Cause, Refusal, WorldError};
use setups::SETUPS;
use solana_account::ReadableAccount;
use solana_instruction::Instruction;
use std::collections::BTreeSet;
use substitutes::{slot_name, Kind, Scene, Substitution};

/// Both exchanges of an instruction's setup, as one world.
fn scene(described: &Described) -> Scene {
    let name = &described.name;
    let setup = SETUPS.iter().find(|(of, _)| of == name);
    let Some((_, setup)) = setup else {
        panic!("{name} has no setup: see the head of this file");
    };
    let [(mut world, own), (twin, other)] = [setup(0), setup(1)];
    let mut of_twin = BTreeSet::new();
    for (address, account) in twin.snapshot() {
        if world.raw(&address).is_none() {
            world.put(address, account.into()).unwrap();
            of_twin.insert(address);
        }
    }
    assert_eq!(world.now_seconds(), twin.now_seconds(), "{name}");
    assert_eq!(own.accounts.len(), other.accounts.len(), "{name}");
    assert_eq!(own.data[..8], described.discriminator[..], "{name}");
    for (meta, slot) in own.accounts.iter().zip(&described.accounts) {
        let flags = (meta.is_signer, meta.is_writable);
        assert_eq!(flags, (slot.signer, slot.writable), "{name}: {}", slot.name);
    }
    Scene::new(world, own, other, of_twin)
}

fn scenes() -> impl Iterator<Item = (Described, Scene)> {
    idl().instructions.into_iter().map(|described| {
        let scene = scene(&described);
        (described, scene)
    })
}

/// Sends an instruction and says by what name it was refused; nothing if it went through, in a world of its own.
///
/// # Panics
/// Where a refusal has no name or changed an account.
fn outcome(scene: &mut Scene, instruction: Instruction, case: &str) -> Option<String> {
    let mut world = scene.world.clone();
    match world.send(&[instruction]) {
        Ok(_) => {
            let sound = world.check_invariants();
            assert_eq!(sound, Ok(()), "{case}");
            None
        }
        Err(WorldError::Refused(refusal)) => {
            assert!(scene.is_unchanged(&world), "{case}: an account changed");
            let name = name_of(&refusal);
            let nameless = || panic!("{case}: {}\n{}", refusal.cause, refusal.logs.join("\n"));
            Some(name.unwrap_or_else(nameless))
        }
        Err(error) => panic!("{case}: {error}"),
    }
}

/// The name of a refusal: the program's, Anchor's, the token or system program's, the runtime's.
fn name_of(refusal: &Refusal) -> Option<String> {
    let named = |mark: &str| {
        let mut lines = refusal.logs.iter();
        let rest = lines.find_map(|line| line.split_once(mark))?.1;
        Some(rest.trim_end_matches('.').to_owned())
    };
    match &refusal.cause {
        Cause::Program(error) => Some(error.name()),
        Cause::Custom(_) => named("Error Code: ")
            .or_else(|| named("Program log: Error: "))
            .or_else(|| named("already in use").map(|_| "already in use".to_owned())),
        // A panic or an exhausted budget is no refusal.
        Cause::Runtime(words) => {
            let stopped = ["ProgramFailedToComplete", "ComputationalBudgetExceeded"];
            (!stopped.contains(&words.as_str())).then(|| words.clone())
        }
    }
}

#[test]
fn every_instruction_has_a_setup_in_which_it_goes_through() {
    let names: BTreeSet<String> = scenes()
        .map(|(described, mut scene)| {
            let own = scene.own.clone();
            let refused = outcome(&mut scene, own, &described.name);
            assert_eq!(refused, None, "{}", described.name);
            let twin = scene.twin.clone();
            let refused = outcome(&mut scene, twin, &described.name);
            assert_eq!(refused, None, "{} of the second exchange", described.name);
            described.name
        })
        .collect();
    for (name, _) in SETUPS {
        assert!(names.contains(*name), "{name} is not in idl/plimsoll.json");
    }
}

/// Items 1 to 4 and the signers.
#[test]
fn no_account_passes_for_another() {
    let mut taken = BTreeSet::new();
    let mut tried = 0;
    for (described, mut scene) in scenes() {
        for substitution in scene.substitutions(&described) {
            let Substitution {
                slot,
                kind,
                by,
                instruction,
            } = substitution;
            let (name, slot) = (described.name.clone(), slot_name(&described, slot));
            let case = format!("{name}: {slot}: {kind:?}: {by}");
            tried += 1;
            let refused = outcome(&mut scene, instruction, &case);
            if std::env::var("SHOW").is_ok() { println!("SHOW {name} {slot} {kind:?} {refused:?}"); }
            if refused.is_none() {
                taken.insert((name, slot, kind));
            }
        }
    }
    assert!(tried > 2_000, "only {tried} substitutions");
    let listed: BTreeSet<_> = ACCEPTED
        .iter()
        .map(|(name, slot, kind, _)| (name.to_string(), slot.to_string(), *kind))
        .collect();
    let less = |some: &BTreeSet<_>, others: &BTreeSet<_>| -> String {
        let left = some.difference(others);
        left.map(|(name, slot, kind): &(String, String, Kind)| {
            format!("\n({name:?}, {slot:?}, {kind:?}, \"\"),")
        })
        .collect()
    };
    let (unlisted, stale) = (less(&taken, &listed), less(&listed, &taken));
    assert!(unlisted.is_empty(), "taken but not listed:{unlisted}");
    assert!(stale.is_empty(), "listed but not taken:{stale}");
}

/// An exchange is told by each of its accounts: none but all of the second's go through.
#[test]
fn no_mix_of_two_exchanges_goes_through() {
    let mut tried = 0;
    let mut taken = Vec::new();
    for (described, mut scene) in scenes() {
        for mix in scene.mixes() {
            tried += 1;
            let slots: Vec<String> = mix
                .slots
                .iter()
                .map(|slot| slot_name(&described, *slot))
                .collect();
            let case = format!("{}: {} of the second", described.name, slots.join(", "));
            if outcome(&mut scene, mix.instruction, &case).is_none() {
                taken.push(case);
            }
        }
    }
    assert!(tried > 2_000, "only {tried} mixes");
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}

/// What was done is done: the same instruction again is refused by name, but for what may be done twice.
#[test]
fn a_replay_does_nothing_twice() {
    let mut repeated = BTreeSet::new();
    for (described, mut scene) in scenes() {
        let name = &described.name;
        let own = scene.own.clone();
        scene.world.send(std::slice::from_ref(&own)).unwrap();
        scene.remember();
        let again = outcome(&mut scene, own, name);
        if again.is_none() {
            repeated.insert(name.clone());
        }
    }
    let listed = REPEATABLE.iter().map(|(name, _)| (*name).to_owned());
    assert_eq!(repeated, listed.collect());
}
