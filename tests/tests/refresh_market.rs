use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::MarketRefreshed;
use plimsoll::params::RiskParams;
use plimsoll_client::instructions as build;
use plimsoll_testkit::{MarketSpec, World};
use plimsoll_tests::{
    btc, btc_spec, built, counterfeit, e8, event, refused, refused_by_anchor, sent, swapped, went,
    BTC,
};

#[test]
fn the_first_price_starts_the_estimate() {
    let world = btc();
    let (risk, now) = (world.risk(BTC).unwrap(), world.now_seconds());
    assert_eq!(
        (risk.price_e8, risk.slow_price_e8),
        (e8(60_000), e8(60_000))
    );
    assert_eq!((risk.publish_seconds, risk.refreshed_seconds), (now, now));
    assert_eq!((risk.confidence_ppm, risk.sequence), (100, 1));
    assert_eq!(
        (risk.anchor_price_e8, risk.sampled_seconds),
        (e8(60_000), now)
    );
    let seed = risk.params.variance_seed_e18;
    assert_eq!(
        [
            risk.fast_e18,
            risk.slow_e18,
            risk.long_e18,
            risk.envelope_e18
        ],
        [seed; 4]
    );
}

/// The documented formula in floating point, ppm.
fn target_ppm(params: &RiskParams, variance_e18: u64, confidence_ppm: f64) -> f64 {
    let sigma = (variance_e18 as f64 * 1e-18 * f64::from(params.horizon_seconds)).sqrt();
    let weight = f64::from(params.stress_weight_ppm) / 1e6;
    let volatile = f64::from(params.multiplier_e4) / 1e4 * sigma * 1e6;
    let mixed = (1.0 - weight) * volatile + weight * f64::from(params.stress_ppm);
    mixed.max(f64::from(params.floor_ppm)) + confidence_ppm
}

#[test]
fn a_price_moves_volatility_target_and_ratios() {
    let mut world = btc();
    let before = *world.risk(BTC).unwrap();
    world.advance(60);
    let update = world.update(BTC, e8(60_280)).unwrap();
    let update = update.slow_price(6_010_000_000_000).confidence(e8(12));
    world.publish(BTC, update).unwrap();
    world.advance(7);
    let event = event!(went!(world.refresh(BTC)), MarketRefreshed);

    let (risk, now) = (*world.risk(BTC).unwrap(), world.now_seconds());
    assert_eq!(
        (risk.price_e8, risk.slow_price_e8),
        (e8(60_280), e8(60_100))
    );
    assert_eq!(
        (risk.publish_seconds, risk.refreshed_seconds),
        (now - 7, now)
    );
    assert_eq!(
        (risk.confidence_ppm, risk.sequence),
        (200, 2),
        "12 of 60,280, rounded up"
    );
    assert_eq!(
        (risk.anchor_price_e8, risk.sampled_seconds),
        (e8(60_280), now - 7)
    );
    let (change, noise) = (280.0 / 60_140.0, 12.0 / 60_280.0);
    let sample_e18 = (change * change - noise * noise) / 60.0 * 1e18;
    for (before_e18, after_e18, half_life) in [
        (
            before.fast_e18,
            risk.fast_e18,
            risk.params.half_life_fast_seconds,
        ),
        (
            before.slow_e18,
            risk.slow_e18,
            risk.params.half_life_slow_seconds,
        ),
        (
            before.long_e18,
            risk.long_e18,
            risk.params.half_life_long_seconds,
        ),
    ] {
        let kept = 0.5_f64.powf(60.0 / f64::from(half_life));
        let exact_e18 = before_e18 as f64 * kept + sample_e18 * (1.0 - kept);
        assert!(
            (after_e18 as f64 / exact_e18 - 1.0).abs() < 3e-4,
            "{half_life}"
        );
    }
    assert_eq!(
        risk.envelope_e18, risk.fast_e18,
        "the envelope rises at once"
    );
    let target = target_ppm(&risk.params, risk.fast_e18, 200.0);
    assert!(
        (f64::from(risk.target_ppm) - target).abs() <= 2.0,
        "{target}"
    );
    assert!(risk.target_ppm > before.target_ppm);
    let doubling = f64::from(risk.params.doubling_seconds);
    let ramp = f64::from(before.live_ppm) * 2_f64.powf(60.0 / doubling);
    assert!(
        (f64::from(risk.live_ppm) - ramp).abs() <= 2.0,
        "a minute of the ramp"
    );
    assert_eq!(risk.call_ppm, before.call_ppm, "the grace holds");
    assert_eq!(
        risk.initial_ppm,
        [2 * risk.target_ppm; 2],
        "new risk pays at once"
    );
    assert_eq!(risk.liquidation_ppm, risk.params.floor_ppm);
    assert_eq!(
        event,
        MarketRefreshed {
            market_index: BTC,
            sequence: 2,
            publish_seconds: now - 7,
            price_e8: e8(60_280),
            confidence_ppm: 200,
            variance_e18: risk.fast_e18,
            target_ppm: risk.target_ppm,
            live_ppm: risk.live_ppm,
            initial_ppm: risk.initial_ppm,
            call_ppm: risk.call_ppm,
            guarded: false,
            liquidity_q: risk.liquidity_q,
            open_interest_cap_q: risk.open_interest_cap_q,
            funding_e18: 0,
            carry_index: [0, 0],
        }
    );
}

/// R-M4.
#[test]
fn the_call_line_follows_a_grace_later() {
    let mut world = btc();
    let before = *world.risk(BTC).unwrap();
    let mut live_ppm = Vec::new();
    for minute in 1..=40 {
        world.advance(60);
        let quote = if minute % 2 == 0 { 60_000 } else { 60_600 };
        went!(world.set_price(BTC, e8(quote)));
        let risk = world.risk(BTC).unwrap();
        live_ppm.push(risk.live_ppm);
        let grace = usize::try_from(risk.params.grace_minutes).unwrap();
        let seen = live_ppm
            .len()
            .checked_sub(grace + 1)
            .and_then(|at| live_ppm.get(at));
        let allowed_ppm = seen.copied().unwrap_or(before.live_ppm);
        for call_ppm in risk.call_ppm {
            assert!(
                call_ppm <= allowed_ppm.max(before.live_ppm),
                "minute {minute}"
            );
            assert!(risk.live_ppm >= call_ppm);
        }
    }
    let risk = world.risk(BTC).unwrap();
    assert!(risk.call_ppm > before.call_ppm, "it does follow");
}

/// R-M3, I6.
#[test]
fn ratios_move_no_faster_than_the_ramp_however_long_the_silence() {
    let mut world = btc();
    let before = *world.risk(BTC).unwrap();
    world.advance(100_000);
    went!(world.set_price(BTC, e8(90_000)));
    let risk = world.risk(BTC).unwrap();
    let steps = f64::from(risk.params.ramp_seconds_max) / f64::from(risk.params.doubling_seconds);
    let most = f64::from(before.live_ppm) * 2_f64.powf(steps);
    assert!(f64::from(risk.live_ppm) <= most + 2.0);
    assert!(risk.target_ppm > risk.live_ppm, "the target is far ahead");
}

#[test]
fn a_confidence_is_accepted_up_to_its_limit() {
    let mut world = btc();
    world.advance(10);
    let limit = u64::from(world.risk(BTC).unwrap().params.confidence_ppm_max);
    let widest = e8(60_000) / 1_000_000 * limit;
    let too_wide = world
        .update(BTC, e8(60_000))
        .unwrap()
        .confidence(widest + 1);
    world.publish(BTC, too_wide).unwrap();
    refused_refresh(&mut world, PlimsollError::ConfidenceTooWide);
    let wide = world.update(BTC, e8(60_000)).unwrap().confidence(widest);
    world.publish(BTC, wide).unwrap();
    went!(world.refresh(BTC));
}

fn refused_refresh(world: &mut World, error: PlimsollError) {
    let addresses = world.market_addresses(BTC).unwrap();
    let price = world.price_account(BTC).unwrap();
    refused(
        world,
        build::refresh_market(addresses.market_risk, price),
        error,
    );
}

#[test]
fn a_price_is_newer_than_the_last_and_recent() {
    let mut world = btc();
    refused_refresh(&mut world, PlimsollError::PriceNotNewer);
    let first = world.now_seconds();
    world.advance(1_000);
    let limit = i64::from(world.risk(BTC).unwrap().params.price_age_seconds_max);
    let now = world.now_seconds();
    for (published, error) in [
        (now - limit - 1, PlimsollError::PriceTooOld),
        (first - 1, PlimsollError::PriceTooOld),
        (i64::MIN, PlimsollError::Overflow),
        (now + 1, PlimsollError::PriceFromFuture),
        (i64::MAX, PlimsollError::PriceFromFuture),
    ] {
        let update = world.update(BTC, e8(60_000)).unwrap();
        let update = update.with(|message| message.publish_time = published);
        world.publish(BTC, update).unwrap();
        refused_refresh(&mut world, error);
    }
    let update = world.update(BTC, e8(60_000)).unwrap();
    let oldest = update.with(|message| message.publish_time = now - limit);
    world.publish(BTC, oldest.clone()).unwrap();
    went!(world.refresh(BTC));
    world
        .publish(BTC, oldest.with(|message| message.publish_time -= 1))
        .unwrap();
    world.advance(-1);
    refused_refresh(&mut world, PlimsollError::PriceNotNewer);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    world.advance(10);
    let update = world.update(BTC, e8(60_000)).unwrap();
    world.publish(BTC, update).unwrap();
    let risk = world.market_addresses(BTC).unwrap().market_risk;
    let refresh = build::refresh_market(risk, world.price_account(BTC).unwrap());
    let fake = counterfeit(&mut world, risk);
    let fake = swapped(refresh.clone(), risk, fake);
    refused_by_anchor(&mut world, fake, ErrorCode::AccountOwnedByWrongProgram);
    let market = world.market_addresses(BTC).unwrap().market;
    let wrong_type = swapped(refresh.clone(), risk, market);
    refused_by_anchor(
        &mut world,
        wrong_type,
        ErrorCode::AccountDiscriminatorMismatch,
    );
    let mut readonly = refresh.clone();
    readonly.accounts[0].is_writable = false;
    refused_by_anchor(&mut world, readonly, ErrorCode::ConstraintMut);
    sent(&mut world, refresh);
}

#[test]
fn a_feed_older_than_its_market_may_speak() {
    // The first update may have been published before the market was listed.
    let mut world = built(World::builder().pool(0).insurance(0));
    let spec = btc_spec();
    let exchange = world.exchange.exchange;
    sent_create(&mut world, &spec);
    let risk = plimsoll_client::addresses::market_risk(&exchange, 0);
    let at = plimsoll_testkit::address("price", 0);
    let published = world.now_seconds() - 59;
    let update = plimsoll_testkit::PriceUpdate::new(spec.args.feed_id, e8(60_000), published);
    world.publish_at(at, &update).unwrap();
    world.send(&[build::refresh_market(risk, at)]).unwrap();
    let risk: &plimsoll::state::MarketRisk = world.view(&risk).unwrap();
    assert_eq!(risk.publish_seconds, published);
}

fn sent_create(world: &mut World, spec: &MarketSpec) {
    let exchange = world.exchange.exchange;
    let create = build::create_market(world.governance, exchange, 0, spec.args);
    world.send(&[create]).unwrap();
}
