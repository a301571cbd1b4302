//! Substitutes that are rightly taken, each with the reason.

use crate::substitution_substitutes::Kind::{self, Own, Twin};

/// Instruction, slot, what the substitute is, why it is taken. Some of the kind are, not all: the others are
/// refused by name.
pub const ACCEPTED: &[(&str, &str, Kind, &str)] = &[
    (
        "close_margin_account",
        "margin_account",
        Twin,
        "the signer owns that one too; only the owner's key and an empty account are asked for",
    ),
    (
        "deposit",
        "margin_account",
        Own,
        "anybody may add to anybody's balance",
    ),
    (
        "margin_report",
        "margin_account",
        Own,
        "anybody may ask for anybody's margin; the other trader has the same risk accounts",
    ),
    (
        "place_order",
        "market",
        Own,
        "an order for another market of the exchange",
    ),
    (
        "post_depth",
        "market_risk",
        Own,
        "a post for another market of the exchange",
    ),
    (
        "post_outlook",
        "market_risk",
        Own,
        "a post for another market of the exchange",
    ),
    (
        "refresh_market",
        "market_risk",
        Twin,
        "anybody may refresh any market with an update of its feed, and both have the same feed",
    ),
    (
        "release_collateral",
        "to",
        Own,
        "the owner may be paid into any token account of the mint but the vault",
    ),
    (
        "release_collateral",
        "to",
        Twin,
        "as above: the other exchange's vault is a stranger's token account",
    ),
    (
        "set_delegate",
        "margin_account",
        Twin,
        "the signer owns that one too",
    ),
    (
        "withdraw",
        "to",
        Own,
        "the owner may be paid into any token account of the mint but the vault",
    ),
    (
        "withdraw",
        "to",
        Twin,
        "as above: the other exchange's vault is a stranger's token account",
    ),
];

/// Instructions that may be sent again as they are, and why.
pub const REPEATABLE: &[(&str, &str)] = &[
    ("deposit", "another deposit"),
    ("deposit_insurance", "another deposit"),
    ("deposit_pool", "another deposit"),
    ("margin_report", "changes nothing"),
    (
        "place_order",
        "another order of the same kind, with a number of its own",
    ),
    ("pledge_collateral", "another pledge"),
    ("post_depth", "the same post, which may grow no faster"),
    ("post_outlook", "the same post, with a later expiry if any"),
    (
        "release_collateral",
        "another release, of what is still pledged",
    ),
    ("set_delegate", "the same delegate"),
    ("withdraw", "another withdrawal, of what is still there"),
];
