use crate::error::WorldError;
use crate::world::{Trader, TraderId, World};
use plimsoll::instructions::PlaceOrderArgs;
use plimsoll_client::instructions::{self as build, ExitKeys, KeeperKeys, PlaceKeys, WithdrawKeys};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// The instructions of the world's actions, for callers that change or batch them.
impl World {
    /// Deposits from the owner's own tokens.
    ///
    /// # Errors
    /// [`WorldError::TraderMissing`].
    pub fn deposit_instruction(
        &self,
        id: TraderId,
        amount_q: u64,
    ) -> Result<Instruction, WorldError> {
        let Trader {
            owner,
            address,
            tokens,
            ..
        } = self.trader(id)?;
        Ok(build::deposit(
            &self.exchange,
            owner,
            tokens,
            address,
            amount_q,
        ))
    }

    /// Withdraws to the owner's own tokens.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn withdraw_instruction(
        &self,
        id: TraderId,
        amount_q: u64,
    ) -> Result<Instruction, WorldError> {
        let Trader {
            owner,
            address,
            tokens,
            ..
        } = self.trader(id)?;
        let keys = WithdrawKeys {
            owner,
            margin_account: address,
            to: tokens,
        };
        Ok(build::withdraw(
            &self.exchange,
            &keys,
            &self.risk_accounts(id, None)?,
            amount_q,
        ))
    }

    /// Asks for a trader's margin.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn report_instruction(&self, id: TraderId) -> Result<Instruction, WorldError> {
        Ok(build::margin_report(
            self.exchange.exchange,
            self.trader(id)?.address,
            &self.risk_accounts(id, None)?,
        ))
    }

    /// Places an order, signed by the owner.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn place_instruction(
        &self,
        id: TraderId,
        market: u16,
        order: PlaceOrderArgs,
    ) -> Result<Instruction, WorldError> {
        let Trader { owner, address, .. } = self.trader(id)?;
        let keys = PlaceKeys {
            authority: owner,
            exchange: self.exchange.exchange,
            margin_account: address,
            market: self.market_addresses(market)?.market,
        };
        Ok(build::place_order(
            &keys,
            &self.risk_accounts(id, None)?,
            order,
        ))
    }

    /// Settles an order at the update last published, for the world's keeper.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn settle_instruction(
        &self,
        id: TraderId,
        market: u16,
        order_id: u64,
    ) -> Result<Instruction, WorldError> {
        let keys = self.keeper_keys(id, market)?;
        let price = self.price_account(market)?;
        let risk = self.risk_accounts(id, Some(market))?;
        Ok(build::settle_order(&keys, price, &risk, order_id))
    }

    /// Triggers an order by the update last published, for the world's keeper.
    ///
    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::MarketMissing`].
    pub fn trigger_instruction(
        &self,
        id: TraderId,
        market: u16,
        order_id: u64,
    ) -> Result<Instruction, WorldError> {
        let keys = self.keeper_keys(id, market)?;
        let price = self.price_account(market)?;
        Ok(build::trigger_order(&keys, price, order_id))
    }

    /// Takes an order back, signed by the owner.
    ///
    /// # Errors
    /// [`WorldError::TraderMissing`].
    pub fn cancel_instruction(
        &self,
        id: TraderId,
        order_id: u64,
    ) -> Result<Instruction, WorldError> {
        let Trader { owner, address, .. } = self.trader(id)?;
        Ok(build::cancel_order(owner, address, order_id))
    }

    /// Closes a leg at once, signed by the owner.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn exit_instruction(
        &self,
        id: TraderId,
        market: u16,
        lots: u64,
    ) -> Result<Instruction, WorldError> {
        let Trader { owner, address, .. } = self.trader(id)?;
        let keys = ExitKeys {
            authority: owner,
            exchange: self.exchange.exchange,
            margin_account: address,
            market: self.market_addresses(market)?,
        };
        let risk = self.risk_accounts(id, Some(market))?;
        Ok(build::exit_position(&keys, &risk, lots))
    }

    /// Cuts a trader's leg, for the world's keeper.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn cut_instruction(&self, id: TraderId, market: u16) -> Result<Instruction, WorldError> {
        let keys = self.keeper_keys(id, market)?;
        Ok(build::cut_position(
            &keys,
            &self.risk_accounts(id, Some(market))?,
        ))
    }

    /// Liquidates a trader's leg, for the world's keeper.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn liquidate_instruction(
        &self,
        id: TraderId,
        market: u16,
    ) -> Result<Instruction, WorldError> {
        let keys = self.keeper_keys(id, market)?;
        let risk = self.risk_accounts(id, Some(market))?;
        Ok(build::liquidate_position(&keys, &risk))
    }

    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn refresh_instruction(&self, market: u16) -> Result<Instruction, WorldError> {
        let market_risk = self.market_addresses(market)?.market_risk;
        Ok(build::refresh_market(
            market_risk,
            self.price_account(market)?,
        ))
    }

    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::MarketMissing`].
    pub fn expire_instruction(
        &self,
        id: TraderId,
        market: u16,
        order_id: u64,
    ) -> Result<Instruction, WorldError> {
        Ok(build::expire_order(
            &self.keeper_keys(id, market)?,
            order_id,
        ))
    }

    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn sweep_instruction(&self, market: u16) -> Result<Instruction, WorldError> {
        let market = self.market_addresses(market)?;
        Ok(build::sweep_market(self.exchange.pool, &market))
    }

    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::MarketMissing`].
    pub fn collect_instruction(
        &self,
        id: TraderId,
        market: u16,
    ) -> Result<Instruction, WorldError> {
        let market = self.market_addresses(market)?;
        Ok(build::collect_profit(self.trader(id)?.address, &market))
    }

    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::MarketMissing`].
    pub fn absorb_instruction(&self, id: TraderId, market: u16) -> Result<Instruction, WorldError> {
        let market = self.market_addresses(market)?.market;
        Ok(build::absorb_deficit(
            self.trader(id)?.address,
            market,
            self.exchange.insurance,
        ))
    }

    /// The keys of an action of the world's keeper on a trader.
    ///
    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::MarketMissing`].
    pub fn keeper_keys(&self, id: TraderId, market: u16) -> Result<KeeperKeys, WorldError> {
        Ok(KeeperKeys {
            keeper: self.keeper,
            keeper_account: self.trader(self.keeper_id)?.address,
            exchange: self.exchange.exchange,
            margin_account: self.trader(id)?.address,
            market: self.market_addresses(market)?,
        })
    }

    /// The risk accounts that must follow an instruction on a trader which names the market `named`.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn risk_accounts(
        &self,
        id: TraderId,
        named: Option<u16>,
    ) -> Result<Vec<Pubkey>, WorldError> {
        let exchange = (&self.exchange.exchange, self.exchange_account()?);
        let risk_of = |index| {
            self.market_addresses(index)
                .map(|addresses| addresses.market_risk)
                .unwrap_or_default()
        };
        let account = self.account(id)?;
        Ok(build::risk_accounts(exchange, account, named, risk_of))
    }
}
