//! The three builds. `./dev build` makes what the latter two run.

use litesvm::LiteSVM;
use plimsoll_vectors::{evaluate, OUTPUT_BYTES_MAX};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::Transaction;
use std::path::PathBuf;
use wasmi::{Engine, Linker, Memory, Module, Store, TypedFunc};

fn built(name: &str) -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.join("../../target/deploy").join(name)
}

/// The crate as this test links it.
pub fn native(operation: u8, arguments: &[u8]) -> Vec<u8> {
    let mut output = vec![0; OUTPUT_BYTES_MAX];
    let length = evaluate(operation, arguments, &mut output);
    output.truncate(length);
    output
}

/// The program of `../src`.
pub struct Sbpf {
    svm: LiteSVM,
    program: Pubkey,
    payer: Keypair,
}

impl Sbpf {
    pub fn new() -> Self {
        let path = built("sbf_vectors.so");
        let mut svm = LiteSVM::new()
            .with_sigverify(false)
            .with_transaction_history(0);
        let program = Pubkey::new_unique();
        svm.add_program_from_file(program, &path)
            .unwrap_or_else(|error| panic!("{}: {error:?}; run ./dev build", path.display()));
        let payer = Keypair::new();
        svm.airdrop(&payer.pubkey(), 1_000_000_000_000)
            .expect("airdrop");
        Self {
            svm,
            program,
            payer,
        }
    }

    /// The answer, of at least as many bytes: the runtime drops trailing zeros.
    pub fn answer(&mut self, operation: u8, arguments: &[u8], bytes: usize) -> Vec<u8> {
        let instruction = Instruction {
            program_id: self.program,
            accounts: vec![],
            data: [&[operation], arguments].concat(),
        };
        let message = Message::new(&[instruction], Some(&self.payer.pubkey()));
        // The same call may come twice, and the machine refuses a transaction that it has seen.
        self.svm.expire_blockhash();
        let transaction = Transaction::new(&[&self.payer], message, self.svm.latest_blockhash());
        let result = self.svm.send_transaction(transaction);
        let result = result.unwrap_or_else(|failure| panic!("{failure:?}"));
        let mut answer = result.return_data.data;
        answer.resize(answer.len().max(bytes), 0);
        answer
    }
}

/// The parameters of the module's `evaluate`: operation, input and its length, output and its length.
type Call = (u32, u32, u32, u32, u32);

/// The module of `crates/risk-wasm`.
pub struct Wasm {
    store: Store<()>,
    memory: Memory,
    evaluate: TypedFunc<Call, u32>,
    page: u32,
}

impl Wasm {
    pub fn new() -> Self {
        let path = built("plimsoll_risk.wasm");
        let bytes = std::fs::read(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; run ./dev build", path.display()));
        let engine = Engine::default();
        let module = Module::new(&engine, bytes).expect("a module");
        let mut store = Store::new(&engine, ());
        // A linker without definitions: the module must need nothing.
        let instance = Linker::new(&engine)
            .instantiate_and_start(&mut store, &module)
            .expect("no imports");
        let memory = instance.get_memory(&store, "memory").expect("memory");
        let evaluate = instance
            .get_typed_func(&store, "evaluate")
            .expect("evaluate");
        let page = memory.grow(&mut store, 1).expect("a page more") as u32 * 65_536;
        Self {
            store,
            memory,
            evaluate,
            page,
        }
    }

    pub fn answer(&mut self, operation: u8, arguments: &[u8]) -> Vec<u8> {
        let (input, length) = (self.page, arguments.len() as u32);
        let output = input + length;
        self.memory
            .write(&mut self.store, input as usize, arguments)
            .expect("room for the arguments");
        let call = (
            operation.into(),
            input,
            length,
            output,
            OUTPUT_BYTES_MAX as u32,
        );
        let bytes = self.evaluate.call(&mut self.store, call).expect("no trap");
        let mut answer = vec![0; bytes as usize];
        self.memory
            .read(&self.store, output as usize, &mut answer)
            .expect("an answer in memory");
        answer
    }
}
