//! The arithmetic and memory routines as compiled code, in the virtual machine: whichever route built the program,
//! its results have to be the host's. Only here does it show whether the routines and the code that calls them agree
//! on registers, and whether the optimiser has turned one of them into a call of itself.
use litesvm::LiteSVM;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sbf_probe::{ARITHMETIC, BUFFER_BYTES, COMPARE, COPY, FILL, MOVE};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::Transaction;

struct Probe {
    svm: LiteSVM,
    program: Pubkey,
    payer: Keypair,
}

impl Probe {
    fn new() -> Self {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../target/deploy/sbf_probe.so"
        );
        let mut svm = LiteSVM::new()
            .with_sigverify(false)
            .with_transaction_history(0);
        let program = Pubkey::new_unique();
        svm.add_program_from_file(program, path)
            .unwrap_or_else(|error| panic!("{path}: {error:?}; run ./dev build"));
        let payer = Keypair::new();
        svm.airdrop(&payer.pubkey(), 1_000_000_000_000)
            .expect("airdrop");
        Self {
            svm,
            program,
            payer,
        }
    }

    fn call(&mut self, data: Vec<u8>) -> Vec<u8> {
        let instruction = Instruction {
            program_id: self.program,
            accounts: vec![],
            data,
        };
        let message = Message::new(&[instruction], Some(&self.payer.pubkey()));
        let transaction = Transaction::new(&[&self.payer], message, self.svm.latest_blockhash());
        let result = self.svm.send_transaction(transaction);
        let result = result.unwrap_or_else(|failure| panic!("{failure:?}"));
        result.return_data.data
    }

    fn check_arithmetic(&mut self, a: u128, b: u128) {
        let (signed_a, signed_b) = (a as i128, b as i128);
        let expected = [
            a.wrapping_mul(b),
            a / b,
            a % b,
            signed_a.wrapping_div(signed_b) as u128,
            signed_a.wrapping_rem(signed_b) as u128,
        ];
        let mut data = vec![ARITHMETIC];
        data.extend([a.to_le_bytes(), b.to_le_bytes()].as_flattened());
        let mut found = self.call(data);
        // The runtime drops trailing zeros.
        found.resize(80, 0);
        assert_eq!(
            found,
            expected.map(u128::to_le_bytes).as_flattened(),
            "{a:#x}, {b:#x}"
        );
    }

    fn memory(
        &mut self,
        operation: u8,
        to: usize,
        from: usize,
        count: usize,
        bytes: &[u8],
    ) -> Vec<u8> {
        let mut data = vec![operation, to as u8, from as u8, count as u8];
        data.extend(bytes);
        self.call(data)
    }

    fn check_memory(&mut self, to: usize, from: usize, count: usize, bytes: &[u8]) {
        let moved = |mut expected: Vec<u8>| {
            expected.copy_within(from..from + count, to);
            expected
        };
        let case = format!("{count} bytes from {from} to {to}");
        assert_eq!(
            self.padded(MOVE, to, from, count, bytes),
            moved(bytes.to_vec()),
            "{case}"
        );
        if to.abs_diff(from) >= count {
            assert_eq!(
                self.padded(COPY, to, from, count, bytes),
                moved(bytes.to_vec()),
                "{case}"
            );
        }
        let mut filled = bytes.to_vec();
        filled[to..to + count].fill(from as u8);
        assert_eq!(self.padded(FILL, to, from, count, bytes), filled, "{case}");

        let (a, b) = (&bytes[to..to + count], &bytes[from..from + count]);
        let mut order = self.memory(COMPARE, to, from, count, bytes);
        order.resize(2, 0);
        assert_eq!(order, [a.cmp(b) as i8 as u8, u8::from(a == b)], "{case}");
    }

    fn padded(
        &mut self,
        operation: u8,
        to: usize,
        from: usize,
        count: usize,
        bytes: &[u8],
    ) -> Vec<u8> {
        let mut found = self.memory(operation, to, from, count, bytes);
        found.resize(BUFFER_BYTES, 0);
        found
    }
}

#[test]
fn arithmetic_agrees_at_the_edges() {
    let mut probe = Probe::new();
    let mut edges = vec![
        0,
        1,
        3,
        u128::MAX,
        i128::MAX as u128,
        1_000_000,
        10u128.pow(18),
    ];
    for power in [31, 32, 33, 63, 64, 65, 95, 96, 127] {
        edges.extend([
            (1 << power) - 1,
            1 << power,
            (1 << power) + 1,
            (1u128 << power).wrapping_neg(),
        ]);
    }
    for &a in &edges {
        for &b in edges.iter().filter(|&&b| b != 0) {
            probe.check_arithmetic(a, b);
        }
    }
}

#[test]
fn arithmetic_agrees_on_random_operands_of_every_length() {
    let mut probe = Probe::new();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..2_000 {
        let a = random.random::<u128>() >> random.random_range(0..128);
        let b = (random.random::<u128>() >> random.random_range(0..128)).max(1);
        probe.check_arithmetic(a, b);
        probe.check_arithmetic(a.wrapping_neg(), b);
        probe.check_arithmetic(a, b.wrapping_neg());
    }
}

#[test]
fn memory_agrees_at_every_length() {
    let mut probe = Probe::new();
    let mut random = ChaCha8Rng::seed_from_u64(2);
    for count in 0..=100 {
        // Few distinct bytes, so that ranges are often equal, or differ late.
        let mut bytes = [0u8; BUFFER_BYTES];
        bytes.fill_with(|| random.random_range(0..2) * 0xff);
        let half = BUFFER_BYTES / 2;
        for (to, from) in [
            (0, half),
            (half, 0),
            (3, half - 4),
            (5, 5),
            (7, 2),
            (2, 7),
            (0, count.min(8)),
        ] {
            probe.check_memory(to, from, count.min(half - 7), &bytes);
        }
        bytes[half..].fill(9);
        bytes[..half].fill(9);
        bytes[half + count.min(half - 1)] = random.random();
        probe.check_memory(0, half, count, &bytes);
    }
}
