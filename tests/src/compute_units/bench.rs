use super::must;
use super::snapshot::{Row, Snapshot};
use super::target::target;
use mollusk_svm::Mollusk;
use plimsoll_testkit::{program_path, Sent, World};
use solana_account::{Account, ReadableAccount};
use solana_instruction::Instruction;
use solana_message::Message;
use solana_pubkey::Pubkey;
use std::collections::BTreeSet;

const UPGRADEABLE_LOADER: Pubkey =
    Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
const COMPUTE_BUDGET: Pubkey =
    Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");
const TOKEN: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

/// Replays single instructions in the state of a world and collects what they cost.
pub struct Bench {
    mollusk: Mollusk,
    snapshot: Snapshot,
}

impl Default for Bench {
    fn default() -> Self {
        let mut mollusk = Mollusk::default();
        // It writes a line per call to standard error.
        log::set_max_level(log::LevelFilter::Off);
        let path = program_path();
        let program = std::fs::read(&path)
            .unwrap_or_else(|_| panic!("{}: not found; run ./dev build", path.display()));
        let mut add = |id: &Pubkey, elf: &[u8]| {
            mollusk.add_program_with_loader_and_elf(id, &UPGRADEABLE_LOADER, elf);
        };
        add(&plimsoll::ID, &program);
        add(&TOKEN, &token_program());
        let snapshot = Snapshot {
            program_bytes: program.len() as u64,
            return_data_bytes_max: 0,
            rows: Vec::new(),
        };
        Self { mollusk, snapshot }
    }
}

impl Bench {
    /// Measures an instruction in the state that the world is in, then sends it there.
    pub fn measure(
        &mut self,
        world: &mut World,
        (name, case, positions): (&str, &str, Option<u16>),
        instruction: Instruction,
    ) -> Sent {
        self.mollusk.sysvars.clock.unix_timestamp = world.now_seconds();
        let accounts: Vec<(Pubkey, Account)> = instruction
            .accounts
            .iter()
            .map(|meta| meta.pubkey)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|key| {
                (
                    key,
                    world
                        .raw(&key)
                        .map_or_else(Account::default, |it| it.clone().into()),
                )
            })
            .collect();
        let result = self.mollusk.process_instruction(&instruction, &accounts);
        let label = format!("{name} ({case}) at {positions:?}");
        assert!(
            result.program_result.is_ok(),
            "{label}: {:?}",
            result.program_result
        );

        let message = message(&instruction);
        let signatures = usize::from(message.header.num_required_signatures);
        self.snapshot.rows.push(Row {
            name: name.into(),
            case: case.into(),
            positions,
            compute_units: result.compute_units_consumed,
            target: target(name, case, positions),
            transaction_bytes: 1 + 64 * signatures + message.serialize().len(),
            locks: message.account_keys.len(),
        });
        let longest = &mut self.snapshot.return_data_bytes_max;
        *longest = result.return_data.len().max(*longest);

        // What exceeds the limit of one instruction asks for more, and that costs 150.
        let asks = result.compute_units_consumed > 200_000;
        let limit = asks.then(|| budget(2, &1_400_000_u32.to_le_bytes()));
        let all: Vec<Instruction> = limit.into_iter().chain([instruction]).collect();
        let sent = world
            .send(&all)
            .unwrap_or_else(|error| panic!("{label}: {error}"));
        assert_eq!(
            sent.compute_units,
            result.compute_units_consumed + 150 * u64::from(asks),
            "{label}: two machines"
        );
        sent
    }

    pub fn into_snapshot(mut self) -> Snapshot {
        let order = |row: &Row| (row.name.clone(), row.case.clone(), row.positions);
        self.snapshot.rows.sort_by_key(order);
        self.snapshot
    }
}

/// The token program that the world's machine carries.
fn token_program() -> Vec<u8> {
    // What a data account of the upgradeable loader starts with, bytes.
    const HEADER: usize = 45;
    let world = must(World::builder().build());
    let program = world
        .raw(&TOKEN)
        .expect("every machine has a token program");
    assert_eq!(*program.owner(), UPGRADEABLE_LOADER);
    let data_key = Pubkey::try_from(&program.data()[4..36]).expect("32 bytes");
    world.raw(&data_key).expect("a program has data").data()[HEADER..].to_vec()
}

fn budget(tag: u8, value: &[u8]) -> Instruction {
    Instruction {
        program_id: COMPUTE_BUDGET,
        accounts: Vec::new(),
        data: [&[tag], value].concat(),
    }
}

/// The message of a transaction as clients send it.
fn message(instruction: &Instruction) -> Message {
    let limit = budget(2, &0_u32.to_le_bytes());
    let price = budget(3, &0_u64.to_le_bytes());
    let payer = instruction.accounts.iter().find(|meta| meta.is_signer);
    let payer = payer.map_or_else(Pubkey::default, |meta| meta.pubkey);
    Message::new(&[limit, price, instruction.clone()], Some(&payer))
}
