//! Prints what loading and assessing an account costs in each layout. Takes the folder that holds the
//! compiled stub; `measure.sh` builds it.

use anchor_lang::{AccountSerialize, Discriminator};
use layout_stub::{Layout, RiskTable, SerializedMarginAccount, SerializedMarketRisk, TABLE_ROWS};
use mollusk_svm::Mollusk;
use plimsoll::state::{
    Collateral, Exchange, Insurance, MarginAccount, Market, MarketRisk, Pool, Provider,
};
use solana_account::Account;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

const LAYOUTS: [(Layout, &str); 6] = [
    (Layout::Nothing, "nothing loaded"),
    (Layout::PerMarket, "A  all zero-copy, an account per market"),
    (Layout::Table, "B  all zero-copy, one table"),
    (Layout::SerializedRisk, "C  borsh risk accounts"),
    (Layout::SerializedAccount, "D  borsh margin account, read"),
    (
        Layout::SerializedAccountWritten,
        "D' borsh margin account, read and written",
    ),
];

fn main() {
    let folder = std::env::args()
        .nth(1)
        .expect("the folder of layout_stub.so");
    let mut mollusk = Mollusk::new(&layout_stub::ID, &format!("{folder}/layout_stub"));
    mollusk.compute_budget.compute_unit_limit = 1_400_000;
    println!(
        "{:42} {:>9} {:>9} {:>9}",
        "compute units with positions:", 1, 4, 8
    );
    for (layout, title) in LAYOUTS {
        let units = [1, 4, 8].map(|positions| measure(&mollusk, layout, positions));
        println!("{title:42} {:>9} {:>9} {:>9}", units[0], units[1], units[2]);
    }
    let rent = mollusk_svm::sysvar::Sysvars::default().rent;
    println!("\n{:42} {:>9} {:>12}", "account", "bytes", "rent, SOL");
    for (name, bytes) in [
        ("MarginAccount", 8 + size_of::<MarginAccount>()),
        ("MarketRisk", 8 + size_of::<MarketRisk>()),
        ("Market", 8 + size_of::<Market>()),
        ("Collateral", 8 + size_of::<Collateral>()),
        ("Exchange", 8 + size_of::<Exchange>()),
        ("Pool", 8 + size_of::<Pool>()),
        ("Provider", 8 + size_of::<Provider>()),
        ("Insurance", 8 + size_of::<Insurance>()),
        ("B  table of all markets", 8 + size_of::<RiskTable>()),
        (
            "D  MarginAccount with 8 positions",
            serialized(&account_of(8)).data.len(),
        ),
        ("C  MarketRisk", serialized_risk(&risk_of(0)).data.len()),
    ] {
        let sol = rent.minimum_balance(bytes) as f64 / 1e9;
        println!("{name:42} {bytes:>9} {sol:>12.6}");
    }
}

fn measure(mollusk: &Mollusk, layout: Layout, positions: u16) -> u64 {
    let account = account_of(positions);
    let margin_account = match layout {
        Layout::SerializedAccount | Layout::SerializedAccountWritten => serialized(&account),
        _ => zero_copy(&account, plimsoll::ID),
    };
    let risks: Vec<Account> = match layout {
        Layout::Table => vec![zero_copy(&*table(), layout_stub::ID)],
        Layout::SerializedRisk => (0..positions)
            .map(|i| serialized_risk(&risk_of(i)))
            .collect(),
        _ => (0..positions)
            .map(|i| zero_copy(&risk_of(i), plimsoll::ID))
            .collect(),
    };
    let accounts: Vec<(Pubkey, Account)> = std::iter::once(margin_account)
        .chain(risks)
        .enumerate()
        .map(|(index, account)| (Pubkey::new_from_array([index as u8 + 1; 32]), account))
        .collect();
    let instruction = Instruction {
        program_id: layout_stub::ID,
        accounts: accounts
            .iter()
            .map(|(key, _)| AccountMeta::new(*key, false))
            .collect(),
        data: vec![layout as u8],
    };
    let result = mollusk.process_instruction(&instruction, &accounts);
    assert!(
        result.program_result.is_ok(),
        "{layout:?}: {:?}",
        result.program_result
    );
    result.compute_units_consumed
}

/// A rich account whose positions all gain, which takes the longest path.
fn account_of(positions: u16) -> MarginAccount {
    let mut account: MarginAccount = bytemuck::Zeroable::zeroed();
    account.exchange = Pubkey::new_from_array([7; 32]);
    account.balance_q = 1_000_000_000_000;
    for (index, slot) in (0..positions).zip(&mut account.positions) {
        slot.market_index = index;
        slot.lots = 123_456 * (1 - 2 * i64::from(index % 2));
        slot.entry_q = slot.lots * 90;
    }
    account
}

fn risk_of(index: u16) -> MarketRisk {
    let mut risk: MarketRisk = bytemuck::Zeroable::zeroed();
    risk.index = index;
    risk.exchange = Pubkey::new_from_array([7; 32]);
    let dearer = index.is_multiple_of(2);
    risk.price_e8 = if dearer {
        10_123_456_789
    } else {
        8_123_456_789
    };
    risk.slow_price_e8 = if dearer {
        10_023_456_789
    } else {
        8_223_456_789
    };
    risk.lot_divisor = 100_000_000;
    (risk.underlying, risk.liquidity_q, risk.credit_ppm) = (index, 10_123_456_789, 1_000_000);
    (risk.initial_ppm, risk.call_ppm) = ([123_457, 123_456], [61_237, 61_236]);
    (risk.liquidation_ppm, risk.sigma_hour_ppm) = (34_567, 7_654);
    risk
}

fn table() -> Box<RiskTable> {
    let mut table: Box<RiskTable> = bytemuck::zeroed_box();
    table.exchange = Pubkey::new_from_array([7; 32]);
    for index in 0..TABLE_ROWS as u16 {
        table.rows[usize::from(index)] = risk_of(index);
    }
    table
}

fn zero_copy<T: bytemuck::Pod + Discriminator>(state: &T, owner: Pubkey) -> Account {
    account(
        [T::DISCRIMINATOR, bytemuck::bytes_of(state)].concat(),
        owner,
    )
}

fn serialized(state: &MarginAccount) -> Account {
    let mut data = Vec::new();
    SerializedMarginAccount::from(state)
        .try_serialize(&mut data)
        .expect("a vector takes all");
    account(data, layout_stub::ID)
}

fn serialized_risk(state: &MarketRisk) -> Account {
    let mut data = Vec::new();
    SerializedMarketRisk::from(state)
        .try_serialize(&mut data)
        .expect("a vector takes all");
    account(data, layout_stub::ID)
}

fn account(data: Vec<u8>, owner: Pubkey) -> Account {
    Account {
        lamports: 1_000_000_000,
        data,
        owner,
        ..Account::default()
    }
}
