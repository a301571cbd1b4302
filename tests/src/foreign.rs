//! A second exchange beside a world's own, to take wrong accounts from.

use crate::{e8, units, BTC};
use plimsoll::instructions::CreateExchangeArgs;
use plimsoll::state::MarketRisk;
use plimsoll_client::addresses::{self, ExchangeAddresses, MarketAddresses};
use plimsoll_client::instructions as build;
use plimsoll_testkit::{MarketSpec, TraderId, World, DEBT_PARAMS, POOL_PARAMS, WITHDRAWAL_PARAMS};
use solana_pubkey::Pubkey;

/// An exchange of another governance with the same quote mint and the same first market.
pub struct Foreign {
    pub governance: Pubkey,
    pub exchange: ExchangeAddresses,
    pub market: MarketAddresses,
}

impl Foreign {
    /// Creates it, with a fresh price.
    pub fn new(world: &mut World) -> Self {
        let governance = world.new_key("other governance", 0).expect("a key");
        let mint = world.exchange.quote_mint;
        let exchange = ExchangeAddresses::new(addresses::exchange(&governance), mint);
        let args = CreateExchangeArgs {
            guardian: governance,
            risk_operator: governance,
            pool: POOL_PARAMS,
            withdrawal: WITHDRAWAL_PARAMS,
            debt: DEBT_PARAMS,
        };
        let params = world.collateral().expect("a collateral").params;
        let key = exchange.exchange;
        let market = MarketAddresses::new(&key, BTC);
        let create = [
            build::create_exchange(governance, mint, args),
            build::create_collateral(governance, key, mint, params),
            build::create_market(governance, key, BTC, MarketSpec::btc().args),
        ];
        for instruction in create {
            world.send(&[instruction]).expect("a second exchange");
        }
        let update = world.update(BTC, e8(60_000)).expect("an update");
        let place = plimsoll_testkit::address("other price", 0);
        world.publish_at(place, &update).expect("an update");
        world
            .send(&[build::refresh_market(market.market_risk, place)])
            .expect("a price");
        Self {
            governance,
            exchange,
            market,
        }
    }

    /// The margin account there of the owner of one here, with the same balance.
    pub fn account_of(&self, world: &mut World, id: TraderId) -> Pubkey {
        let trader = world.trader(id).expect("a trader");
        let key = self.exchange.exchange;
        let address = addresses::margin_account(&key, &trader.owner, trader.sub_id);
        let create = build::create_margin_account(key, trader.owner, trader.sub_id);
        let from = world
            .mint_quote(&trader.owner, units(1_000))
            .expect("tokens");
        let deposit = build::deposit(&self.exchange, trader.owner, from, address, units(1_000));
        world.send(&[create, deposit]).expect("an account there");
        address
    }

    /// A risk account of this exchange with the index of one of the world's own. Only the bytes are
    /// made up; the program owns it.
    pub fn market_risk_like(&self, world: &mut World, own: Pubkey) -> Pubkey {
        let index = world
            .view::<MarketRisk>(&own)
            .expect("a risk account")
            .index;
        crate::patch(world, self.market.market_risk, |risk: &mut MarketRisk| {
            risk.index = index
        });
        self.market.market_risk
    }
}
