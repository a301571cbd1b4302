//! Events from where the program puts them, and from where others might.

use anchor_lang::event::EVENT_IX_TAG_LE;
use anchor_lang::Event as _;
use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use plimsoll::events::{MarketRefreshed, MarketSwept};
use plimsoll_client::events::EventError;
use plimsoll_client::Event;
use solana_pubkey::Pubkey;

fn refreshed() -> MarketRefreshed {
    MarketRefreshed {
        market_index: 3,
        sequence: 9,
        publish_seconds: 1_750_000_000,
        price_e8: 6_000_000_000_000,
        confidence_ppm: 100,
        variance_e18: 8_000_000_000,
        target_ppm: 16_000,
        live_ppm: 15_000,
        initial_ppm: [32_000, 31_000],
        call_ppm: [14_000, 13_000],
        guarded: false,
        liquidity_q: 9,
        open_interest_cap_q: 10,
        funding_e18: -3,
        carry_index: [4, -5],
    }
}

/// A log in which `program` writes an event, called by `caller` if there is one.
fn log(program: &Pubkey, caller: Option<&Pubkey>, data: &[u8]) -> Vec<String> {
    let depth = 1 + usize::from(caller.is_some());
    let inner = [
        format!("Program {program} invoke [{depth}]"),
        "Program log: Instruction: RefreshMarket".to_owned(),
        format!("Program data: {}", STANDARD.encode(data)),
        format!("Program {program} consumed 5000 of 200000 compute units"),
        format!("Program {program} success"),
    ];
    let start = caller.map(|caller| format!("Program {caller} invoke [1]"));
    let end = caller.map(|caller| format!("Program {caller} success"));
    start.into_iter().chain(inner).chain(end).collect()
}

fn events(lines: &[String]) -> Vec<Result<Event, EventError>> {
    Event::of_log(lines).collect()
}

#[test]
fn the_programs_own_log_is_read_also_when_another_calls_it() {
    let stranger = Pubkey::new_from_array([5; 32]);
    let expected = vec![Ok(Event::from(refreshed()))];
    assert_eq!(
        events(&log(&plimsoll::ID, None, &refreshed().data())),
        expected
    );
    assert_eq!(
        events(&log(&plimsoll::ID, Some(&stranger), &refreshed().data())),
        expected
    );
}

#[test]
fn what_others_write_is_not_the_programs() {
    let stranger = Pubkey::new_from_array([5; 32]);
    assert_eq!(events(&log(&stranger, None, &refreshed().data())), []);
    // Not even from within a call that the program made, or after it has ended.
    assert_eq!(
        events(&log(&stranger, Some(&plimsoll::ID), &refreshed().data())),
        []
    );
    let mut after = log(&plimsoll::ID, None, &refreshed().data());
    after.push(format!(
        "Program data: {}",
        STANDARD.encode(refreshed().data())
    ));
    assert_eq!(events(&after).len(), 1);
    let mut said = log(&stranger, None, &[]);
    said[1] = format!("Program log: Program {} invoke [2]", plimsoll::ID);
    said[2] = format!("Program data: {}", STANDARD.encode(refreshed().data()));
    assert_eq!(events(&said), []);
}

#[test]
fn an_event_call_is_known_by_its_tag() {
    let event = MarketSwept {
        market: Pubkey::new_from_array([1; 32]),
        sequence: 1,
        moved_q: -5,
        cash_q: 10,
        pool_cash_q: 20,
        credit_ppm: 1_000_000,
        open_interest_lots: 7,
        skew_ppm: -6,
        utilisation_ppm: [7, 8],
        capacity_q: 9,
    };
    let mut call = EVENT_IX_TAG_LE.to_vec();
    call.extend(event.data());
    assert_eq!(
        Event::of_inner_instruction(&call),
        Some(Ok(Event::from(event)))
    );
    assert_eq!(Event::of_inner_instruction(&call[1..]), None);
    assert_eq!(Event::of_inner_instruction(&[]), None);
}

#[test]
fn bytes_that_are_no_event_are_refused_by_name() {
    let data = refreshed().data();
    let unknown: Vec<u8> = data.iter().map(|byte| !byte).collect();
    for (bytes, error) in [
        (&unknown[..], EventError::Unknown),
        (&data[..7], EventError::Unknown),
        (&data[..data.len() - 1], EventError::Malformed),
        (&[&data[..], &[0]].concat(), EventError::Malformed),
    ] {
        assert_eq!(Event::decode(bytes), Err(error));
    }
    let mut garbled = log(&plimsoll::ID, None, &data);
    garbled[2] = "Program data: *".to_owned();
    assert_eq!(events(&garbled), [Err(EventError::Malformed)]);
}
