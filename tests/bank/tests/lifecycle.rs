//! An exchange from its creation to a liquidation, in the validator's own bank.

mod exchange;

use exchange::{units, Exchange, POSITION_LOTS};
use plimsoll::error::PlimsollError;
use plimsoll::state::MarginAccount;
use plimsoll_bank::SIGNATURE_LAMPORTS;
use plimsoll_client::{addresses, errors, instructions as build};
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{key, Order};
use solana_account::Account;
use solana_instruction::error::InstructionError;
use solana_signer::Signer;
use solana_transaction::TransactionError;

#[tokio::test]
async fn from_creation_to_a_liquidation_the_vault_holds_what_the_books_say() {
    let mut exchange = Exchange::create().await;
    exchange.fund(units(10_000_000), units(100_000)).await;
    exchange.open(&key("keeper", 0), 0).await;
    let trader = key("trader", 0);
    exchange.open(&trader, units(5_000)).await;
    exchange.trade(&trader, Order::market(POSITION_LOTS)).await;
    let report = exchange.report(&trader).await;
    assert_eq!(report.state, AccountState::Healthy as u8);
    assert!(report.fresh);
    assert_eq!(report.positions.len(), 1);
    assert_eq!(report.positions[0].lots, POSITION_LOTS);

    exchange.fall_to(&trader, AccountState::MarginCall).await;
    exchange.cut(&trader).await;
    let report = exchange.report(&trader).await;
    let cut_to = report.positions[0].lots;
    assert!(
        0 < cut_to && cut_to < POSITION_LOTS,
        "{cut_to} of {POSITION_LOTS}"
    );
    assert_eq!(report.state, AccountState::Healthy as u8);

    exchange.fall_to(&trader, AccountState::Liquidatable).await;
    exchange.liquidate(&trader).await;
    let report = exchange.report(&trader).await;
    assert!(report.positions.first().map_or(0, |position| position.lots) < cut_to);
    assert!(report.state < AccountState::Liquidatable as u8);
    exchange.check_books().await;
}

#[tokio::test]
async fn a_withdrawal_beyond_what_is_free_costs_its_fee_and_changes_nothing() {
    let mut exchange = Exchange::create().await;
    let trader = key("trader", 0);
    exchange.open(&trader, units(100)).await;
    let refused = exchange.withdraw(&trader, units(100) + 1).await;
    let code = errors::code(PlimsollError::InitialRequirement);
    // The compute limit is instruction 0.
    let error = TransactionError::InstructionError(1, InstructionError::Custom(code));
    assert_eq!(refused, Err(error));
    exchange.check_books().await;
    assert_eq!(exchange.withdraw(&trader, units(100)).await, Ok(()));
    exchange.check_books().await;
}

#[tokio::test]
async fn an_owner_pays_rent_gets_it_back_and_cannot_sink_below_their_own() {
    let mut exchange = Exchange::create().await;
    let owner = key("trader", 0);
    let own = exchange.bank.rent_lamports(0).await;
    let size = 8 + size_of::<MarginAccount>();
    let rent = exchange.bank.rent_lamports(size).await;
    let create = |exchange: &Exchange| {
        build::create_margin_account(exchange.addresses.exchange, owner.pubkey(), 0)
    };

    // One lamport short of what the owner's own account has to keep.
    let purse = |lamports| Account {
        lamports,
        ..Account::default()
    };
    let short = rent + own + SIGNATURE_LAMPORTS - 1;
    exchange.bank.put(owner.pubkey(), purse(short)).await;
    let instruction = create(&exchange);
    let refused = exchange
        .try_send("create_margin_account", instruction, &owner)
        .await;
    assert!(
        matches!(
            refused,
            Err(TransactionError::InsufficientFundsForRent { .. })
        ),
        "{refused:?}"
    );

    let enough = short + 1 + SIGNATURE_LAMPORTS;
    exchange.bank.put(owner.pubkey(), purse(enough)).await;
    let instruction = create(&exchange);
    assert_eq!(
        exchange
            .try_send("create_margin_account", instruction, &owner)
            .await,
        Ok(())
    );
    assert_eq!(
        exchange.bank.lamports(owner.pubkey()).await,
        own + SIGNATURE_LAMPORTS
    );

    let account = addresses::margin_account(&exchange.addresses.exchange, &owner.pubkey(), 0);
    let close = build::close_margin_account(owner.pubkey(), account);
    assert_eq!(
        exchange
            .try_send("close_margin_account", close, &owner)
            .await,
        Ok(())
    );
    assert_eq!(exchange.bank.lamports(owner.pubkey()).await, own + rent);
    assert_eq!(exchange.bank.account(account).await, None);
}
