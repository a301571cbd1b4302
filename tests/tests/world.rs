//! What the tests stand on: worlds are deterministic, independent and the same with or without
//! signatures.

use plimsoll_testkit::{address, Order, World, WorldError};
use plimsoll_tests::{assert_unchanged, btc, btc_spec, built, e8, went, BTC, COIN};
use std::path::PathBuf;

fn traded(builder: plimsoll_testkit::Builder) -> World {
    let mut world = built(builder.market(btc_spec()));
    let id = went!(world.new_trader(20_000_000_000));
    went!(world.trade(id, BTC, Order::market(COIN), e8(60_100)));
    world
}

#[test]
fn the_same_steps_lead_to_the_same_accounts() {
    let first = traded(World::builder());
    assert_unchanged(&first.snapshot(), &traded(World::builder()).snapshot());
    let other = traded(World::builder().start(1_600_000_000));
    assert!(first.snapshot() != other.snapshot());
}

#[test]
fn signatures_change_nothing_but_the_time_it_takes() {
    let signed = traded(World::builder());
    let unsigned = traded(World::builder().verify_signatures(false));
    assert_unchanged(&signed.snapshot(), &unsigned.snapshot());
}

#[test]
fn a_clone_goes_its_own_way() {
    let world = btc();
    let before = world.snapshot();
    let mut other = world.clone();
    went!(other.new_trader(5_000_000));
    assert_unchanged(&before, &world.snapshot());
    assert!(other.snapshot() != before);
}

#[test]
fn a_signer_that_the_world_does_not_know_is_named() {
    let mut world = btc();
    let stranger = address("stranger", 9);
    let create =
        plimsoll_client::instructions::create_margin_account(world.exchange.exchange, stranger, 0);
    assert_eq!(
        world.send(&[create]),
        Err(WorldError::UnknownSigner(stranger))
    );
}

#[test]
fn a_missing_program_says_what_to_do() {
    let error = WorldError::ProgramMissing(PathBuf::from("plimsoll.so"));
    assert!(
        error.to_string().contains("run ./dev build first"),
        "{error}"
    );
}
