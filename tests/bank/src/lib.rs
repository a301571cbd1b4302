//! The validator's own bank with the compiled program in it, as an upgradeable one. Slower than the
//! machine that the other tests use, and stricter: every transaction is signed, asks for the compute
//! units that clients ask for, pays its fee out of lamports, and may leave no account below the rent it
//! needs. For tests alone: everything panics.

use anchor_lang::solana_program::program_pack::Pack;
use plimsoll_client::budgets::compute_unit_limit;
use plimsoll_client::views::{self, AccountLayout};
use plimsoll_testkit::{program_path, PriceUpdate};
use solana_account::{Account, AccountSharedData};
use solana_clock::Clock;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_program_test::{BanksTransactionResultWithMetadata, ProgramTest, ProgramTestContext};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::{Transaction, TransactionError};
use std::collections::BTreeMap;

/// Lamports that a transaction pays per signature.
pub const SIGNATURE_LAMPORTS: u64 = 5_000;

const COMPUTE_BUDGET: Pubkey =
    Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");

/// Slots in two seconds.
const SLOTS: u64 = 5;

/// An instruction with the name of its builder and the positions that its compute limit depends on.
pub struct Step {
    pub name: &'static str,
    pub positions: usize,
    pub instruction: Instruction,
}

/// The bank, the program in it, and the time.
pub struct Bank {
    context: ProgramTestContext,
    slot: u64,
    now_seconds: i64,
}

impl Bank {
    /// A bank with the program, at a time in Unix seconds.
    pub async fn start(now_seconds: i64) -> Self {
        let path = program_path();
        assert!(
            path.exists(),
            "{}: not found; run ./dev build",
            path.display()
        );
        // The only way to tell the bank where programs are; every test sets the same.
        std::env::set_var(
            "SBF_OUT_DIR",
            path.parent().expect("a file lies in a folder"),
        );
        let mut test = ProgramTest::default();
        test.prefer_bpf(true);
        test.add_upgradeable_program_to_genesis("plimsoll", &plimsoll::ID);
        let context = test.start_with_context().await;
        let mut bank = Self {
            context,
            slot: 1,
            now_seconds,
        };
        bank.advance(2).await;
        bank
    }

    pub fn now_seconds(&self) -> i64 {
        self.now_seconds
    }

    /// Moves on by whole slots and sets the clock.
    pub async fn advance(&mut self, seconds: i64) {
        self.now_seconds += seconds;
        self.slot += (seconds.unsigned_abs() * SLOTS).div_ceil(2);
        self.context.warp_to_slot(self.slot).expect("a later slot");
        let mut clock: Clock = self
            .context
            .banks_client
            .get_sysvar()
            .await
            .expect("a clock");
        clock.unix_timestamp = self.now_seconds;
        self.context.set_sysvar(&clock);
    }

    /// Puts an account in place.
    pub async fn put(&mut self, address: Pubkey, mut account: Account) {
        account.lamports = account
            .lamports
            .max(self.rent_lamports(account.data.len()).await);
        self.context
            .set_account(&address, &AccountSharedData::from(account));
    }

    /// Puts a price update in place.
    pub async fn publish(&mut self, address: Pubkey, update: &PriceUpdate) {
        self.put(address, update.account(0).expect("an update"))
            .await;
    }

    /// Puts a token program's account or mint in place.
    pub async fn put_token<T: Pack>(&mut self, address: Pubkey, state: T) {
        let mut data = vec![0; T::LEN];
        state.pack_into_slice(&mut data);
        let owner = anchor_spl::token::ID;
        self.put(
            address,
            Account {
                data,
                owner,
                ..Account::default()
            },
        )
        .await;
    }

    pub async fn account(&mut self, address: Pubkey) -> Option<Account> {
        self.context
            .banks_client
            .get_account(address)
            .await
            .expect("a bank")
    }

    pub async fn lamports(&mut self, address: Pubkey) -> u64 {
        self.account(address)
            .await
            .map_or(0, |account| account.lamports)
    }

    /// An account of the program.
    pub async fn view<T: AccountLayout>(&mut self, address: Pubkey) -> T {
        let account = self.account(address).await.expect("an account");
        assert_eq!(account.owner, plimsoll::ID);
        views::read(&account.data).expect("the layout")
    }

    /// What a token account holds, atoms.
    pub async fn tokens(&mut self, address: Pubkey) -> u64 {
        let account = self.account(address).await.expect("an account");
        anchor_spl::token::spl_token::state::Account::unpack(&account.data)
            .expect("tokens")
            .amount
    }

    /// Lamports that make an account of this size exempt from rent.
    pub async fn rent_lamports(&mut self, size: usize) -> u64 {
        let rent = self.context.banks_client.get_rent().await.expect("rent");
        rent.minimum_balance(size)
    }

    /// Sends an instruction, signed and paid by `signer`. Checks that the fee left the signer and no other
    /// lamport left the transaction's accounts; where it is refused, that nothing else changed at all.
    ///
    /// # Errors
    /// The refusal.
    pub async fn send(&mut self, step: Step, signer: &Keypair) -> Result<(), TransactionError> {
        let mut keys: Vec<Pubkey> = step
            .instruction
            .accounts
            .iter()
            .map(|it| it.pubkey)
            .collect();
        keys.push(signer.pubkey());
        let before = self.accounts(&keys).await;
        let limit = compute_unit_limit(step.name, step.positions).expect("a measured instruction");
        let result = self.process(step.instruction, limit, signer).await;
        let mut after = self.accounts(&keys).await;

        let sum = |accounts: &BTreeMap<Pubkey, Account>| {
            accounts
                .values()
                .map(|account| account.lamports)
                .sum::<u64>()
        };
        assert_eq!(
            sum(&before) - sum(&after),
            SIGNATURE_LAMPORTS,
            "{}: the fee",
            step.name
        );
        if result.result.is_err() {
            let signer = after.get_mut(&signer.pubkey()).expect("the signer");
            signer.lamports += SIGNATURE_LAMPORTS;
            assert_eq!(before, after, "{}: refused", step.name);
            return result.result;
        }
        // Built-in programs hold a single lamport.
        for (key, account) in after.into_iter().filter(|(_, account)| !account.executable) {
            let least = self.rent_lamports(account.data.len()).await;
            assert!(
                account.lamports >= least || account.lamports == 0,
                "{key} lacks rent"
            );
        }
        Ok(())
    }

    /// Runs an instruction without sending it and gives back what it returns.
    pub async fn simulate(&mut self, step: Step, payer: &Keypair) -> Vec<u8> {
        let limit = compute_unit_limit(step.name, step.positions).expect("a measured instruction");
        let transaction = self.transaction(step.instruction, limit, payer).await;
        let client = &mut self.context.banks_client;
        let simulated = client
            .simulate_transaction(transaction)
            .await
            .expect("a bank");
        assert_eq!(simulated.result, Some(Ok(())), "{}", step.name);
        let details = simulated.simulation_details.expect("details");
        let returned = details.return_data.expect("return data");
        assert_eq!(returned.program_id, plimsoll::ID);
        returned.data
    }

    async fn process(
        &mut self,
        instruction: Instruction,
        limit: u32,
        signer: &Keypair,
    ) -> BanksTransactionResultWithMetadata {
        let transaction = self.transaction(instruction, limit, signer).await;
        let client = &mut self.context.banks_client;
        client
            .process_transaction_with_metadata(transaction)
            .await
            .expect("a bank")
    }

    async fn transaction(
        &mut self,
        instruction: Instruction,
        limit: u32,
        signer: &Keypair,
    ) -> Transaction {
        let set_limit = Instruction {
            program_id: COMPUTE_BUDGET,
            accounts: Vec::new(),
            data: [&[2], &limit.to_le_bytes()[..]].concat(),
        };
        let blockhash = self
            .context
            .get_new_latest_blockhash()
            .await
            .expect("a blockhash");
        let instructions = [set_limit, instruction];
        let payer = signer.pubkey();
        Transaction::new_signed_with_payer(&instructions, Some(&payer), &[signer], blockhash)
    }

    /// The accounts that exist.
    async fn accounts(&mut self, keys: &[Pubkey]) -> BTreeMap<Pubkey, Account> {
        let mut accounts = BTreeMap::new();
        for key in keys {
            if let Some(account) = self.account(*key).await {
                accounts.insert(*key, account);
            }
        }
        accounts
    }
}
