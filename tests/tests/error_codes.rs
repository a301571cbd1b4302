//! Error numbers are for ever: clients and indexers know them. A number is added, never changed.

use plimsoll::error::PlimsollError;
use plimsoll_client::errors;
use std::fs;
use std::path::Path;

/// The numbers as they were given out.
const CODES: &[(&str, u32)] = &[
    ("Overflow", 6000),
    ("DivisionByZero", 6001),
    ("NotGovernance", 6100),
    ("NotAccountAuthority", 6101),
    ("NotAccountOwner", 6102),
    ("WrongExchange", 6103),
    ("MarketMismatch", 6104),
    ("NotKeeperAccount", 6105),
    ("RiskAccountMissing", 6106),
    ("RiskAccountUnexpected", 6107),
    ("MarketAccountMissing", 6108),
    ("KeeperIsTrader", 6109),
    ("NotRiskOperator", 6110),
    ("WrongMint", 6111),
    ("ScenariosMissing", 6112),
    ("ParameterOutOfBounds", 6200),
    ("RatiosOutOfOrder", 6201),
    ("QuoteDecimals", 6202),
    ("ExchangeFull", 6203),
    ("FirstCollateralNotQuote", 6204),
    ("LotExponent", 6205),
    ("PremiumTooSteep", 6206),
    ("FloorTooLow", 6207),
    ("ParametersInconsistent", 6208),
    ("OutlookTooLong", 6209),
    ("BorrowRatesOutOfOrder", 6220),
    ("FullSkewTooSmall", 6221),
    ("InitialRequirement", 6300),
    ("AccountNotEmpty", 6301),
    ("PositionsFull", 6302),
    ("BelowLiquidationLine", 6303),
    ("OrdersOpen", 6304),
    ("ReduceOnce", 6305),
    ("FeeNotCovered", 6306),
    ("CollateralsFull", 6307),
    ("CollateralNotHeld", 6308),
    ("BalanceNotEnough", 6309),
    ("PriceInvalid", 6400),
    ("ExponentOutOfRange", 6401),
    ("PriceFromFuture", 6402),
    ("PriceTooOld", 6403),
    ("PriceNotNewer", 6404),
    ("ConfidenceTooWide", 6405),
    ("WrongFeed", 6406),
    ("NotFullyVerified", 6407),
    ("RiskTooOld", 6408),
    ("MarketGuarded", 6409),
    ("NotTheSettlingUpdate", 6500),
    ("OrderSize", 6501),
    ("OrdersFull", 6502),
    ("OrderNotFound", 6503),
    ("OrderStillLive", 6504),
    ("NotReducing", 6505),
    ("NothingToMove", 6506),
    ("MarketSettled", 6530),
    ("FeedNotSilent", 6531),
    ("SettlementPrice", 6532),
    ("SettlementRunning", 6533),
    ("SettlementNotDue", 6534),
    ("AboveTheLine", 6600),
    ("CutTooSoon", 6601),
    ("NoPosition", 6602),
    ("DoesNotImprove", 6603),
    ("LiquidateInstead", 6604),
    ("ZeroAmount", 6700),
    ("NotQuoteCollateral", 6701),
    ("DepositCap", 6702),
    ("VaultMismatch", 6703),
    ("AmountTooSmall", 6704),
    ("PoolExhausted", 6705),
    ("CollateralUnpriced", 6706),
    ("QuoteCollateral", 6707),
];

#[test]
fn numbers_are_what_they_were() {
    let numbers: Vec<(String, u32)> = errors::ALL
        .iter()
        .map(|error| (error.name(), errors::code(*error)))
        .collect();
    let frozen: Vec<(String, u32)> = CODES
        .iter()
        .map(|(name, number)| ((*name).to_owned(), *number))
        .collect();
    assert_eq!(numbers, frozen);
}

#[test]
fn numbers_lead_back_to_errors() {
    for error in errors::ALL {
        assert_eq!(errors::of_code(errors::code(*error)), Some(*error));
    }
    for other in [0, 1, 3007, 5999, 6099, 6999, u32::MAX] {
        assert_eq!(errors::of_code(other), None, "{other}");
    }
}

#[test]
fn messages_say_the_rule() {
    for error in errors::ALL {
        let message = error.to_string();
        assert!(message.len() > 15, "{error:?}: {message}");
        assert!(
            !message.ends_with('.') && !message.to_lowercase().contains("error"),
            "{message}"
        );
    }
}

/// A refusal that no test provokes is a refusal that nobody knows to work.
#[test]
fn every_error_is_named_by_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut sources = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .file_name()
            .is_some_and(|name| name != "error_codes.rs")
        {
            sources += &fs::read_to_string(path).unwrap();
        }
    }
    let unnamed: Vec<PlimsollError> = errors::ALL
        .iter()
        .copied()
        .filter(|error| !sources.contains(&format!("PlimsollError::{}", error.name())))
        .collect();
    assert!(unnamed.is_empty(), "no test names {unnamed:?}");
}
