//! What a liquidation round trip takes on the wire: compute budget, a liquidated leg, and a slice of what the
//! call line still asks for.

use crate::scenarios_portfolio::{eight_positions, hurt};
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{event, state, went};
use solana_instruction::Instruction;
use solana_message::v0;
use solana_message::{AddressLookupTableAccount, Hash, VersionedMessage};
use solana_pubkey::Pubkey;

/// The most that the network takes of a transaction.
const TRANSACTION_BYTES: usize = 1_232;
const COMPUTE_BUDGET: Pubkey =
    Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");

/// The limit and the price of compute units.
fn budget() -> [Instruction; 2] {
    let of = |data: Vec<u8>| Instruction {
        program_id: COMPUTE_BUDGET,
        accounts: Vec::new(),
        data,
    };
    let limit = [vec![2], 1_400_000_u32.to_le_bytes().to_vec()].concat();
    let price = [vec![3], 1_000_u64.to_le_bytes().to_vec()].concat();
    [of(limit), of(price)]
}

/// An account of so many positions below the liquidation line.
fn sunk(positions: u16) -> (World, TraderId) {
    let (mut world, id) = eight_positions();
    for index in positions..8 {
        world.advance(10);
        let price_e8 = world.risk(index).unwrap().price_e8;
        let lots = world.lots(id, index).unwrap();
        went!(world.trade(id, index, Order::reduce(-lots), price_e8));
    }
    world.advance(1);
    went!(world.refresh_all());
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q));
    for ppm in (1_000..200_000).step_by(1_000) {
        hurt(&mut world, ppm);
        if state(&world, id) >= AccountState::Liquidatable {
            break;
        }
    }
    assert_eq!(state(&world, id), AccountState::Liquidatable);
    (world, id)
}

/// Bytes of a transaction signed and paid by the keeper.
fn bytes(
    world: &World,
    instructions: &[Instruction],
    table: &[AddressLookupTableAccount],
) -> usize {
    let message = v0::Message::try_compile(&world.keeper, instructions, table, Hash::default());
    let message = VersionedMessage::V0(message.unwrap());
    let signatures = usize::from(message.header().num_required_signatures);
    1 + 64 * signatures + message.serialize().len()
}

#[test]
fn a_liquidation_round_trip_fits_a_transaction() {
    for positions in [4, 8] {
        let (mut world, id) = sunk(positions);
        let liquidate = world.liquidate_instruction(id, 0).unwrap();
        let slice = {
            let mut after = world.clone();
            went!(after.send(std::slice::from_ref(&liquidate)));
            assert_eq!(state(&after, id), AccountState::MarginCall);
            let legs = after.all_legs(id).unwrap();
            after.slice_instruction(after.keeper_id, id, legs).unwrap()
        };
        let [limit, price] = budget();
        let all = [limit, price, liquidate, slice];
        // What does not change from one account to the next: the exchange, its markets and their risks.
        let mut addresses = vec![
            world.exchange.exchange,
            plimsoll_client::addresses::EVENT_AUTHORITY,
        ];
        for market in world.all_market_addresses() {
            addresses.extend([market.market, market.market_risk]);
        }
        let table = AddressLookupTableAccount {
            key: Pubkey::new_from_array([9; 32]),
            addresses,
        };
        let (without, with) = (bytes(&world, &all, &[]), bytes(&world, &all, &[table]));
        println!("{positions} positions: {without} bytes, {with} with an address table");
        assert!(with < without && with <= TRANSACTION_BYTES, "{with}");
        assert!(positions > 4 || without <= TRANSACTION_BYTES, "{without}");
        let sent = went!(world.send(&all));
        event!(sent, PositionLiquidated);
        let cut = |event: &&plimsoll_client::Event| {
            matches!(event, plimsoll_client::Event::PositionCut(_))
        };
        assert!(sent.events.iter().filter(cut).count() >= usize::from(positions) - 1);
        assert!(sent.compute_units < 1_400_000, "{}", sent.compute_units);
    }
}
