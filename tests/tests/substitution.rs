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
//! **A new instruction** needs a line and a function in [`crate::substitution_setups`]: a world of the given number
//! in which it goes through, and the instruction. Substitutes that it rightly takes are listed in
//! [`crate::substitution_accepted`] with the reason; a run prints those that are missing. One that is listed and
//! no longer taken fails as well.
//!
//! What no slot by itself and no mix of exchanges shows stays with the instruction's own tests: two slots of one
//! exchange changed together, such as a market and its price.

use crate::substitution_accepted::{ACCEPTED, REPEATABLE};
use crate::substitution_idl::{idl, Described};
use crate::substitution_setups::{Setup, SETUPS};
use crate::substitution_substitutes::{slot_name, Kind, Scene, Substitution};
use plimsoll_testkit::{Cause, Refusal, WorldError};
use solana_instruction::Instruction;
use std::collections::BTreeSet;

/// Both exchanges of an instruction's setup, as one world.
fn scene(described: &Described, setup: Setup) -> Scene {
    let name = &described.name;
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
        // The program stands for an account that is left out.
        if meta.pubkey == plimsoll::ID {
            continue;
        }
        let flags = (meta.is_signer, meta.is_writable);
        assert_eq!(flags, (slot.signer, slot.writable), "{name}: {}", slot.name);
    }
    Scene::new(world, own, other, of_twin)
}

fn scenes() -> impl Iterator<Item = (Described, Scene)> {
    idl().instructions.into_iter().flat_map(|described| {
        let name = described.name.clone();
        let setups: Vec<_> = SETUPS.iter().filter(|(of, _)| *of == name).collect();
        assert!(
            !setups.is_empty(),
            "{name} has no setup: see the head of this file"
        );
        setups.into_iter().map(move |(_, setup)| {
            let scene = scene(&described, *setup);
            (described.clone(), scene)
        })
    })
}

/// What became of an instruction.
enum Outcome {
    /// By this name.
    Refused(String),
    /// It went through and was undone; whether the invariants held after it.
    Taken(Result<(), WorldError>),
}

/// Sends an instruction.
///
/// # Panics
/// Where a refusal has no name or changed an account.
fn outcome(scene: &mut Scene, instruction: Instruction, case: &str) -> Outcome {
    match scene.world.send(&[instruction]) {
        Ok(_) => {
            let sound = scene.world.check_invariants();
            scene.undo();
            Outcome::Taken(sound)
        }
        Err(WorldError::Refused(refusal)) => {
            assert!(scene.is_unchanged(), "{case}: an account changed");
            let name = name_of(&refusal);
            let nameless = || panic!("{case}: {}\n{}", refusal.cause, refusal.logs.join("\n"));
            Outcome::Refused(name.unwrap_or_else(nameless))
        }
        Err(error) => panic!("{case}: {error}"),
    }
}

/// The name of a refusal: the program's, Anchor's, the token or system program's, the runtime's.
fn name_of(refusal: &Refusal) -> Option<String> {
    let named = |mark: &str| {
        let mut lines = refusal.logs.iter();
        let rest = lines.find_map(|line| line.split_once(mark))?.1;
        Some(rest.split('.').next()?.to_owned())
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
    let mut names = BTreeSet::new();
    for (described, mut scene) in scenes() {
        let name = described.name;
        for instruction in [scene.own.clone(), scene.twin.clone()] {
            match outcome(&mut scene, instruction, &name) {
                Outcome::Taken(sound) => assert_eq!(sound, Ok(()), "{name}"),
                Outcome::Refused(by) => panic!("{name}: {by}"),
            }
        }
        names.insert(name);
    }
    for (name, _) in SETUPS {
        assert!(names.contains(*name), "{name} is not in idl/plimsoll.json");
    }
}

#[test]
fn no_account_passes_for_another() {
    let (mut taken, mut broken, mut tried) = (BTreeSet::new(), Vec::new(), 0);
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
            if let Outcome::Taken(sound) = outcome(&mut scene, instruction, &case) {
                taken.insert((name, slot, kind));
                broken.extend(sound.err().map(|error| format!("{case}: {error}")));
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
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// An exchange is told by each of its accounts: none but all of the second's go through.
#[test]
fn no_mix_of_two_exchanges_goes_through() {
    let (mut taken, mut tried) = (Vec::new(), 0);
    for (described, mut scene) in scenes() {
        for mix in scene.mixes() {
            let slots = mix.slots.iter().map(|slot| slot_name(&described, *slot));
            let slots: Vec<String> = slots.collect();
            let case = format!("{}: {} of the second", described.name, slots.join(", "));
            tried += 1;
            if let Outcome::Taken(_) = outcome(&mut scene, mix.instruction, &case) {
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
        let own = scene.own.clone();
        scene.world.send(std::slice::from_ref(&own)).unwrap();
        scene.remember();
        if let Outcome::Taken(sound) = outcome(&mut scene, own, &described.name) {
            assert_eq!(sound, Ok(()), "{}", described.name);
            repeated.insert(described.name);
        }
    }
    let listed = REPEATABLE.iter().map(|(name, _)| (*name).to_owned());
    assert_eq!(repeated, listed.collect());
}
