use crate::error::WorldError;
use crate::keys::key;
use crate::price::PriceUpdate;
use crate::send::Sent;
use crate::spec::MarketSpec;
use crate::world::{Listed, Trader, TraderId, World};
use plimsoll::instructions::PlaceOrderArgs;
use plimsoll_client::addresses::{self, MarketAddresses};
use plimsoll_client::instructions as build;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

impl World {
    /// Lists a market and gives it its first price.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn list(&mut self, spec: MarketSpec) -> Result<u16, WorldError> {
        let index = u16::try_from(self.listed.len()).map_err(|_| WorldError::Overflow)?;
        let exchange = self.exchange.exchange;
        self.send(&[build::create_market(
            self.governance,
            exchange,
            index,
            spec.args,
        )])?;
        let price_e8 = spec.price_e8;
        self.listed.push(Listed {
            addresses: MarketAddresses::new(&exchange, index),
            price_account: key("price", u64::from(index)).pubkey(),
            last: None,
            spec,
        });
        self.set_price(index, price_e8)?;
        Ok(index)
    }

    /// Puts an update where a market's are put, without refreshing the market.
    ///
    /// # Errors
    /// [`WorldError::MarketMissing`], [`WorldError::Machine`].
    pub fn publish(&mut self, market: u16, update: PriceUpdate) -> Result<(), WorldError> {
        let address = self.price_account(market)?;
        self.publish_at(address, &update)?;
        if let Some(listed) = self.listed_mut(market) {
            listed.last = Some(update);
        }
        Ok(())
    }

    /// Puts an update anywhere.
    ///
    /// # Errors
    /// [`WorldError::Machine`].
    pub fn publish_at(&mut self, at: Pubkey, update: &PriceUpdate) -> Result<(), WorldError> {
        let lamports = self.rent(pyth_solana_receiver_sdk::price_update::PriceUpdateV2::LEN);
        self.put(at, update.account(lamports)?)
    }

    /// The update that a market's feed would make now, in the chain of its updates.
    ///
    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn update(&self, market: u16, price_e8: u64) -> Result<PriceUpdate, WorldError> {
        let listed = self.listed(market)?;
        let now_seconds = self.now_seconds();
        let previous = listed
            .last
            .as_ref()
            .map_or(now_seconds.saturating_sub(1), |last| {
                last.content.price_message.publish_time
            });
        let update = PriceUpdate::new(listed.spec.args.feed_id, price_e8, now_seconds);
        Ok(update.previous(previous))
    }

    /// Takes the update last published into a market's risk.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn refresh(&mut self, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.refresh_instruction(market)?;
        self.send(&[instruction])
    }

    /// Publishes a price now and refreshes the market with it.
    ///
    /// # Errors
    /// As [`World::refresh`].
    pub fn set_price(&mut self, market: u16, price_e8: u64) -> Result<Sent, WorldError> {
        let update = self.update(market, price_e8)?;
        self.publish(market, update)?;
        self.refresh(market)
    }

    /// Publishes a price far from the last one now, and again a second later: a lone print beyond the
    /// guard's band is doubted, two are not (R-G3).
    ///
    /// # Errors
    /// As [`World::refresh`].
    pub fn jump(&mut self, market: u16, price_e8: u64) -> Result<Sent, WorldError> {
        self.set_price(market, price_e8)?;
        self.advance(1);
        self.set_price(market, price_e8)
    }

    /// Publishes every market's and priced collateral's last price again, now, and refreshes them all.
    ///
    /// # Errors
    /// As [`World::refresh`].
    pub fn refresh_all(&mut self) -> Result<(), WorldError> {
        for index in self.risk_indices() {
            let price_e8 = self.risk(index)?.price_e8;
            self.set_price(index, price_e8)?;
        }
        Ok(())
    }

    /// Opens the margin account `sub_id` of the owner that plays a role.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn open_account(
        &mut self,
        role: &str,
        number: u64,
        sub_id: u16,
    ) -> Result<TraderId, WorldError> {
        let owner = self.new_key(role, number)?;
        let tokens = self.mint_quote(&owner, 0)?;
        let exchange = self.exchange.exchange;
        let address = addresses::margin_account(&exchange, &owner, sub_id);
        self.send(&[build::create_margin_account(exchange, owner, sub_id)])?;
        let id = TraderId(self.traders.len());
        self.traders.push(Trader {
            owner,
            sub_id,
            address,
            tokens,
        });
        Ok(id)
    }

    /// A new trader with a deposit.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn new_trader(&mut self, deposit_q: u64) -> Result<TraderId, WorldError> {
        let number = u64::try_from(self.traders.len()).map_err(|_| WorldError::Overflow)?;
        let id = self.open_account("trader", number, 0)?;
        if deposit_q > 0 {
            self.deposit(id, deposit_q)?;
        }
        Ok(id)
    }

    /// Gives a trader tokens and deposits them.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn deposit(&mut self, id: TraderId, amount_q: u64) -> Result<Sent, WorldError> {
        let owner = self.trader(id)?.owner;
        self.mint_quote(&owner, amount_q)?;
        let instruction = self.deposit_instruction(id, amount_q)?;
        self.send(&[instruction])
    }

    /// Withdraws to the owner's own tokens.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn withdraw(&mut self, id: TraderId, amount_q: u64) -> Result<Sent, WorldError> {
        let instruction = self.withdraw_instruction(id, amount_q)?;
        self.send(&[instruction])
    }

    /// Gives the provider that plays a role tokens and buys shares of the pool; returns the
    /// provider's account.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn deposit_pool(
        &mut self,
        role: &str,
        number: u64,
        amount_q: u64,
    ) -> Result<Pubkey, WorldError> {
        let owner = self.new_key(role, number)?;
        let from = self.mint_quote(&owner, amount_q)?;
        let markets = self.all_market_addresses();
        let provider = self.expect_provider(&owner);
        self.send(&[build::deposit_pool(
            &self.exchange,
            owner,
            from,
            &markets,
            amount_q,
        )])?;
        Ok(provider)
    }

    /// Counts the shares of `owner` among those that the pool's must add up to; returns the provider's
    /// account, which need not exist yet.
    pub fn expect_provider(&mut self, owner: &Pubkey) -> Pubkey {
        let provider = addresses::provider(&self.exchange.pool, owner);
        if !self.providers.contains(&provider) {
            self.providers.push(provider);
        }
        provider
    }

    /// Gives the insurance fund tokens made for it.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn deposit_insurance(&mut self, amount_q: u64) -> Result<Sent, WorldError> {
        let governance = self.governance;
        let from = self.mint_quote(&governance, amount_q)?;
        self.send(&[build::deposit_insurance(
            &self.exchange,
            governance,
            from,
            amount_q,
        )])
    }

    /// Moves cash between a market and the pool.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn sweep(&mut self, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.sweep_instruction(market)?;
        self.send(&[instruction])
    }

    /// Pays a trader's profit that has vested.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn collect(&mut self, id: TraderId, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.collect_instruction(id, market)?;
        self.send(&[instruction])
    }

    /// Places an order; returns its number.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn place(
        &mut self,
        id: TraderId,
        market: u16,
        order: PlaceOrderArgs,
    ) -> Result<u64, WorldError> {
        let instruction = self.place_instruction(id, market, order)?;
        self.send(&[instruction])?;
        Ok(self.account(id)?.last_order_id)
    }

    /// Settles an order at the update last published; the world's keeper earns the fee.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn settle(&mut self, id: TraderId, market: u16, order_id: u64) -> Result<Sent, WorldError> {
        let instruction = self.settle_instruction(id, market, order_id)?;
        self.send(&[instruction])
    }

    /// Expires an order without a proof.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn expire(&mut self, id: TraderId, market: u16, order_id: u64) -> Result<Sent, WorldError> {
        let instruction = self.expire_instruction(id, market, order_id)?;
        self.send(&[instruction])
    }

    /// Triggers a conditional order by the update last published; the world's keeper earns the fee.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn trigger(
        &mut self,
        id: TraderId,
        market: u16,
        order_id: u64,
    ) -> Result<Sent, WorldError> {
        let instruction = self.trigger_instruction(id, market, order_id)?;
        self.send(&[instruction])
    }

    /// Takes a conditional order back.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn cancel(&mut self, id: TraderId, order_id: u64) -> Result<Sent, WorldError> {
        let instruction = self.cancel_instruction(id, order_id)?;
        self.send(&[instruction])
    }

    /// Closes up to `lots` of a trader's own leg at once.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn exit(&mut self, id: TraderId, market: u16, lots: u64) -> Result<Sent, WorldError> {
        let instruction = self.exit_instruction(id, market, lots)?;
        self.send(&[instruction])
    }

    /// Places an order, lets its delay pass, publishes `price_e8` and settles at it.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn trade(
        &mut self,
        id: TraderId,
        market: u16,
        order: PlaceOrderArgs,
        price_e8: u64,
    ) -> Result<Sent, WorldError> {
        let order_id = self.place(id, market, order)?;
        let delay = self.market(market)?.params.order_delay_seconds;
        self.advance(i64::from(delay));
        self.set_price(market, price_e8)?;
        self.settle(id, market, order_id)
    }

    /// Cuts a trader's leg; the world's keeper earns the fee.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn cut(&mut self, id: TraderId, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.cut_instruction(id, market)?;
        self.send(&[instruction])
    }

    /// Liquidates a trader's leg; the world's keeper earns the fee.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn liquidate(&mut self, id: TraderId, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.liquidate_instruction(id, market)?;
        self.send(&[instruction])
    }

    /// Covers what a trader without positions owes, from a market and the insurance fund.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn absorb(&mut self, id: TraderId, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.absorb_instruction(id, market)?;
        self.send(&[instruction])
    }
}
