//! Substitutes that are rightly taken, each with the reason.

use crate::substitution_substitutes::Kind::{self, Duplicate, Own, Twin, WrongType};

/// Instruction, slot, what the substitute is, why it is taken. Some of the kind are, not all: the others are
/// refused by name.
pub const ACCEPTED: &[(&str, &str, Kind, &str)] = &[
    (
        "cancel_order",
        "margin_account",
        Twin,
        "the signer owns that one too, with an order of the same number",
    ),
    (
        "close_margin_account",
        "margin_account",
        Twin,
        "the signer owns that one too; only the owner's key and an empty account are asked for",
    ),
    (
        "close_settled",
        "margin_account",
        Own,
        "anybody may close anybody's position in a settled market",
    ),
    (
        "deleverage_position",
        "margin_account",
        Own,
        "another position that was registered",
    ),
    (
        "deposit",
        "margin_account",
        Own,
        "anybody may add to anybody's balance",
    ),
    (
        "finish_settlement",
        "program",
        Own,
        "not read: the program is there already, for the account that is left out, and called by its own key",
    ),
    (
        "finish_settlement",
        "program",
        WrongType,
        "as above",
    ),
    (
        "finish_settlement",
        "program",
        Duplicate,
        "as above",
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
        "register_winner",
        "margin_account",
        Own,
        "another trader who is ahead",
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
        "start_settlement",
        "starter",
        Own,
        "anybody may announce a settlement at the last price",
    ),
    (
        "start_settlement",
        "starter",
        Twin,
        "as above: the other exchange's governance is a stranger",
    ),
    (
        "sweep_insurance",
        "market",
        Own,
        "another market of the exchange",
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
    (
        "withdraw_exempt",
        "to",
        Own,
        "the owner may be paid into any token account of the mint but the vault",
    ),
    (
        "withdraw_exempt",
        "to",
        Twin,
        "as above: the other exchange's vault is a stranger's token account",
    ),
];

/// Instructions that may be sent again as they are, and why.
pub const REPEATABLE: &[(&str, &str)] = &[
    ("accrue_debt", "what ran since, which is nothing at once"),
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
    (
        "withdraw_exempt",
        "another one, of what is left of the exemption",
    ),
];
