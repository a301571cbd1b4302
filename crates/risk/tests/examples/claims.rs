//! Claims on realised profit: netting, vesting, the index.

use plimsoll_risk::claims::{settle, vests_seconds_up, worth_down, Settlement, INDEX_ONE};
use plimsoll_risk::RiskError::Overflow;

const HALF: u64 = INDEX_ONE / 2;
const THIRD: u64 = INDEX_ONE / 3;

/// Balance, profit added, loss netted and claim after a fill.
fn settled(nominal_q: u64, index: u64, realised_q: i64) -> (i64, u64, u64, u64) {
    let Settlement {
        balance_q,
        gained_q,
        netted_q,
        nominal_q,
    } = settle(nominal_q, index, realised_q).unwrap();
    (balance_q, gained_q, netted_q, nominal_q)
}

#[test]
fn r_w1_a_profit_is_claimed_and_a_loss_takes_from_the_claim_first() {
    assert_eq!(settled(0, INDEX_ONE, 700), (0, 700, 0, 700));
    assert_eq!(settled(700, INDEX_ONE, 300), (0, 300, 0, 1_000));
    assert_eq!(settled(700, INDEX_ONE, -300), (0, 0, 300, 400));
    assert_eq!(settled(700, INDEX_ONE, -700), (0, 0, 700, 0));
    assert_eq!(settled(700, INDEX_ONE, -701), (-1, 0, 700, 0));
    assert_eq!(settled(0, INDEX_ONE, -300), (-300, 0, 0, 0));
    assert_eq!(settled(5, INDEX_ONE, 0), (0, 0, 0, 5));
}

#[test]
fn r_w1_what_is_nominal_is_rounded_against_the_owner() {
    // At a half, a profit of 3 is 6 nominal; a loss of 3 takes 6.
    assert_eq!(settled(0, HALF, 3), (0, 3, 0, 6));
    assert_eq!(settled(10, HALF, -3), (0, 0, 3, 4));
    // At a third less a little: 3 nominal are worth less than one, 4 one.
    assert_eq!(worth_down(3, THIRD), Ok(0));
    assert_eq!(worth_down(4, THIRD), Ok(1));
    assert_eq!(settled(0, THIRD, 10), (0, 10, 0, 30));
    assert_eq!(
        worth_down(30, THIRD),
        Ok(9),
        "an atom below what was realised"
    );
    assert_eq!(settled(32, THIRD, -1), (0, 0, 1, 28));
    // What is worth less than an atom goes with the last.
    assert_eq!(settled(4, THIRD, -1), (0, 0, 1, 0));
    assert_eq!(settled(3, THIRD, -1), (-1, 0, 0, 0));
}

#[test]
fn r_w1_what_does_not_fit_is_refused() {
    assert_eq!(settle(u64::MAX, INDEX_ONE, 1), Err(Overflow));
    assert_eq!(settle(0, 1 << 32, i64::MAX), Err(Overflow));
    assert_eq!(settle(0, INDEX_ONE, i64::MIN), Err(Overflow));
}

#[test]
fn r_w2_vesting_is_the_mean_wait_by_amount_rounded_up() {
    let vests = |pending_q, vests_seconds, gained_q| {
        vests_seconds_up(pending_q, vests_seconds, gained_q, 1_800, 10_000).unwrap()
    };
    assert_eq!(vests(0, 0, 100), 11_800, "the first waits in full");
    assert_eq!(vests(100, 10_800, 100), 11_300, "the mean of 800 and 1,800");
    assert_eq!(vests(300, 10_800, 100), 11_050);
    assert_eq!(vests(2, 10_800, 1), 11_134, "1,133.3 rounded up");
    // What has vested long ago waits no more, but lends nothing that it has waited beyond.
    assert_eq!(vests(100, 0, 100), 10_900);
    assert_eq!(vests(100, 9_999, 100), 10_900);
    // A profit of nothing changes nothing; a wait longer than today's may be shortened.
    assert_eq!(vests(100, 10_800, 0), 10_800);
    assert_eq!(vests(100, 13_600, 100), 12_700);
    assert_eq!(vests_seconds_up(u64::MAX, 0, 1, 1_800, 0), Err(Overflow));
}

#[test]
fn r_w4_a_claim_is_worth_its_share_by_the_index() {
    assert_eq!(worth_down(u64::MAX, INDEX_ONE), Ok(u64::MAX));
    assert_eq!(worth_down(101, HALF), Ok(50));
    assert_eq!(worth_down(u64::MAX, 0), Ok(0));
}
