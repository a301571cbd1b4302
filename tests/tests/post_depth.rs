use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::DepthPosted;
use plimsoll::state::MarketRisk;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, event, refused, refused_by_anchor, sent, swapped, units, unsigned, BTC,
};

/// A twentieth above what governance vouches for at 2 %, and as it grows with the move.
const DEPTHS_Q: [u64; 5] = [
    units(315_000_000),
    units(1_900_000_000),
    units(7_600_000_000),
    units(31_000_000_000),
    units(190_000_000_000),
];

/// R-S2, R-S3, R-S6: a post counts at once.
#[test]
fn a_post_tells_what_the_market_can_take() {
    let mut world = btc();
    let before = *world.risk(BTC).unwrap();
    world.advance(30);
    let post = world.post_depth_instruction(BTC, DEPTHS_Q).unwrap();
    let event = event!(sent(&mut world, post), DepthPosted);
    let params = before.liquidity_params;
    // 200 coins at 60,000 of its own, and a tenth of what moves the price by 2 %.
    assert_eq!(
        (params.own_depth_lots, params.participation_ppm),
        (200_000_000, 100_000)
    );
    let liquidity_q = units(12_000_000 + 31_500_000);
    // Half, and twice a fee of 5 basis points over 2 %: the smallest move is the cheapest.
    assert_eq!(params.manipulation_fee_ppm, 500);
    let open_interest_cap_q = units(315_000_000) / 100 * 55;
    assert_eq!(
        event,
        DepthPosted {
            market_index: BTC,
            depths_q: DEPTHS_Q,
            liquidity_q,
            open_interest_cap_q,
        }
    );
    let expected = MarketRisk {
        depths_q: DEPTHS_Q,
        depth_posted_seconds: world.now_seconds(),
        liquidity_q,
        open_interest_cap_q,
        ..before
    };
    let risk = world.risk(BTC).unwrap();
    assert_eq!(bytemuck::bytes_of(risk), bytemuck::bytes_of(&expected));
}

/// R-S4.
#[test]
fn a_larger_move_never_costs_less() {
    let mut world = btc();
    for place in 1..DEPTHS_Q.len() {
        let mut depths_q = DEPTHS_Q;
        depths_q[place] = depths_q[place - 1] - 1;
        let falling = world.post_depth_instruction(BTC, depths_q).unwrap();
        refused(&mut world, falling, PlimsollError::ParameterOutOfBounds);
        depths_q[place] = depths_q[place - 1];
        let even = world.post_depth_instruction(BTC, depths_q).unwrap();
        sent(&mut world.clone(), even);
    }
}

#[test]
fn time_does_not_run_backwards() {
    let mut world = btc();
    let post = world.post_depth_instruction(BTC, DEPTHS_Q).unwrap();
    sent(&mut world, post.clone());
    world.advance(-1);
    refused(&mut world, post, PlimsollError::PriceNotNewer);
}

#[test]
fn only_the_risk_operator_posts() {
    let mut world = btc();
    let operator = world.risk_operator();
    let post = world.post_depth_instruction(BTC, DEPTHS_Q).unwrap();
    for role in ["governance", "guardian", "keeper", "stranger"] {
        let other = world.new_key(role, 0).unwrap();
        let by_other = swapped(post.clone(), operator, other);
        refused(&mut world, by_other, PlimsollError::NotRiskOperator);
    }
    let nobody = unsigned(post, operator);
    refused_by_anchor(&mut world, nobody, ErrorCode::AccountNotSigner);
}

#[test]
fn both_belong_to_one_exchange() {
    let mut world = btc();
    let foreign = Foreign::new(&mut world);
    let (operator, exchange) = (world.risk_operator(), world.exchange.exchange);
    let theirs = build::post_depth(operator, exchange, foreign.market.market_risk, DEPTHS_Q);
    refused(&mut world, theirs, PlimsollError::WrongExchange);
    let own = world.market_addresses(BTC).unwrap().market_risk;
    let by_them = build::post_depth(foreign.governance, foreign.exchange.exchange, own, DEPTHS_Q);
    refused(&mut world, by_them, PlimsollError::WrongExchange);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let post = world.post_depth_instruction(BTC, DEPTHS_Q).unwrap();
    let risk = world.market_addresses(BTC).unwrap().market_risk;
    let (exchange, pool) = (world.exchange.exchange, world.exchange.pool);
    for original in [exchange, risk] {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(post.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
        let wrong_type = swapped(post.clone(), original, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let mut readonly = post.clone();
    readonly.accounts[2].is_writable = false;
    refused_by_anchor(&mut world, readonly, ErrorCode::ConstraintMut);
    let payer = world.payer;
    let authority = swapped(post, addresses::EVENT_AUTHORITY, payer);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}
