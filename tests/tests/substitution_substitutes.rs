//! What may stand in for an account: generated from all accounts of two exchanges.

use crate::substitution_idl::{idl, Described};
use plimsoll_testkit::{address, World};
use plimsoll_tests::{counterfeit, TOKEN_PROGRAM};
use solana_account::{AccountSharedData, ReadableAccount};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use std::collections::{BTreeMap, BTreeSet};

/// Of more accounts than this not every mix is tried, only those that are nearly all of one exchange.
const MIXED_WHOLLY_MAX: usize = 12;
/// The system program, which owns wallets and is the only program there besides the token program and the
/// exchange's own.
const SYSTEM_PROGRAM: Pubkey = anchor_lang::system_program::ID;
const PROGRAMS: [Pubkey; 3] = [SYSTEM_PROGRAM, TOKEN_PROGRAM, plimsoll::ID];

/// What a substitute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Another account of the same type, of the same exchange or of none: a market's, an owner's.
    Own,
    /// An account of the same type that only the second exchange uses.
    Twin,
    /// An account of another type.
    WrongType,
    /// An account that is in another slot of the same instruction.
    Duplicate,
    /// The same bytes under another program.
    LookAlike,
    /// The same account, without its signature.
    Unsigned,
}

/// An instruction with one account replaced.
pub struct Substitution {
    pub slot: usize,
    pub kind: Kind,
    pub by: Pubkey,
    pub instruction: Instruction,
}

/// An instruction with some accounts of the second exchange.
pub struct Mix {
    pub slots: Vec<usize>,
    pub instruction: Instruction,
}

/// Two exchanges in one world, and the same instruction for each.
pub struct Scene {
    pub world: World,
    pub own: Instruction,
    pub twin: Instruction,
    /// What it was at first, and its accounts.
    first: World,
    before: BTreeMap<Pubkey, AccountSharedData>,
    /// Types of program accounts by their first eight bytes.
    types: BTreeMap<Vec<u8>, String>,
    /// Accounts that only the second exchange uses.
    of_twin: BTreeSet<Pubkey>,
}

/// The name of a slot: the interface file's, or its place among those that follow.
pub fn slot_name(described: &Described, slot: usize) -> String {
    match described.accounts.get(slot) {
        Some(known) => known.name.clone(),
        None => format!("rest {}", slot - described.accounts.len()),
    }
}

impl Scene {
    pub fn new(
        world: World,
        own: Instruction,
        twin: Instruction,
        of_twin: BTreeSet<Pubkey>,
    ) -> Self {
        let types = idl().accounts.into_iter();
        Self {
            first: world.clone(),
            before: world.snapshot(),
            types: types.map(|of| (of.discriminator, of.name)).collect(),
            world,
            own,
            twin,
            of_twin,
        }
    }

    /// Takes the world as it is now for what must not change.
    pub fn remember(&mut self) {
        self.first = self.world.clone();
        self.before = self.world.snapshot();
    }

    pub fn is_unchanged(&self) -> bool {
        self.world.snapshot() == self.before
    }

    pub fn undo(&mut self) {
        self.world = self.first.clone();
    }

    /// The type of the account at an address, in words.
    fn type_of(&self, address: &Pubkey) -> String {
        if PROGRAMS.contains(address) {
            return "program".to_owned();
        }
        let Some(account) = self.before.get(address) else {
            return "nothing".to_owned();
        };
        let data = account.data();
        let known = data.get(..8).and_then(|first| self.types.get(first));
        match (account.owner(), known) {
            (owner, Some(name)) if *owner == plimsoll::ID => name.clone(),
            (&SYSTEM_PROGRAM, _) => "wallet".to_owned(),
            (owner, _) => format!("{} bytes of {owner}", data.len()),
        }
    }

    /// Everything that each slot is tried with.
    pub fn substitutions(&mut self, described: &Described) -> Vec<Substitution> {
        let mut all = Vec::new();
        for slot in 0..self.own.accounts.len() {
            let own = self.own.accounts[slot].clone();
            let mut candidates = self.candidates(slot);
            let same = self.type_of(&own.pubkey);
            let has_other = candidates
                .iter()
                .any(|(_, other)| self.type_of(other) == same);
            let name = slot_name(described, slot);
            assert!(has_other, "{}: {name}: no other {same}", described.name);
            if self.before.contains_key(&own.pubkey) {
                let fake = counterfeit(&mut self.world, own.pubkey);
                candidates.push((Kind::LookAlike, fake));
            }
            if own.is_signer {
                candidates.push((Kind::Unsigned, own.pubkey));
            }
            let candidates = candidates.into_iter();
            all.extend(candidates.map(|(kind, by)| self.substitution(slot, kind, by)));
        }
        self.remember();
        all
    }

    /// The other accounts of the instruction, all others of the slot's type, one of each other type.
    fn candidates(&self, slot: usize) -> Vec<(Kind, Pubkey)> {
        let own = self.own.accounts[slot].pubkey;
        let same = self.type_of(&own);
        let mut tried = BTreeSet::from([own]);
        let mut candidates = Vec::new();
        for meta in &self.own.accounts {
            if tried.insert(meta.pubkey) {
                candidates.push((Kind::Duplicate, meta.pubkey));
            }
        }
        // Where an account does not exist yet, these do not either.
        let absent = [self.twin.accounts[slot].pubkey, address("nobody", 0)];
        let mut types_tried = BTreeSet::new();
        for other in self.before.keys().chain(&PROGRAMS).chain(&absent) {
            if !tried.insert(*other) {
                continue;
            }
            let of = self.type_of(other);
            if of != same {
                if types_tried.insert(of) {
                    candidates.push((Kind::WrongType, *other));
                }
            } else if self.of_twin.contains(other) || *other == absent[0] {
                candidates.push((Kind::Twin, *other));
            } else {
                candidates.push((Kind::Own, *other));
            }
        }
        candidates
    }

    /// A substitute signs where it can: only wallets have keys.
    fn substitution(&self, slot: usize, kind: Kind, by: Pubkey) -> Substitution {
        let mut instruction = self.own.clone();
        let can_sign = kind != Kind::Unsigned && self.type_of(&by) == "wallet";
        let meta = &mut instruction.accounts[slot];
        meta.pubkey = by;
        meta.is_signer &= can_sign;
        Substitution {
            slot,
            kind,
            by,
            instruction,
        }
    }

    /// Every choice between the two exchanges' accounts but all of one.
    pub fn mixes(&self) -> Vec<Mix> {
        let accounts = || self.own.accounts.iter().zip(&self.twin.accounts);
        let differing: Vec<usize> = accounts()
            .enumerate()
            .filter(|(_, (own, twin))| own.pubkey != twin.pubkey)
            .map(|(slot, _)| slot)
            .collect();
        let count = differing.len();
        let choices = (1..(1_u32 << count) - 1).filter(|choice| {
            let chosen = choice.count_ones() as usize;
            count <= MIXED_WHOLLY_MAX || chosen.min(count - chosen) <= 2
        });
        choices
            .map(|choice| {
                let chosen = differing.iter().enumerate();
                let chosen = chosen.filter(|(bit, _)| choice >> bit & 1 == 1);
                let slots: Vec<usize> = chosen.map(|(_, slot)| *slot).collect();
                let mut instruction = self.own.clone();
                for slot in &slots {
                    instruction.accounts[*slot].pubkey = self.twin.accounts[*slot].pubkey;
                }
                Mix { slots, instruction }
            })
            .collect()
    }
}
