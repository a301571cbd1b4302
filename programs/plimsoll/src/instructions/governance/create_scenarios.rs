//! Creates the exchange's stress rows. From then on books are netted: never below the netting floor, and
//! never by more than the rows and the program's own rows allow (R-N2 … R-N7).

use crate::constants::*;
use crate::error::PlimsollError;
use crate::events::ScenariosCreated;
use crate::state::{Exchange, ScenarioSet};
use anchor_lang::prelude::*;
use plimsoll_risk::portfolio::ROWS_MAX;

#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct CreateScenariosArgs {
    /// The least share of the gross that a book must hold, ppm.
    pub netting_floor_ppm: u32,
    /// Moves of the markets, 1e-4 of their ratios, by market index.
    pub rows: Vec<[i16; 16]>,
}

#[event_cpi]
#[derive(Accounts)]
pub struct CreateScenarios<'info> {
    #[account(mut)]
    pub governance: Signer<'info>,
    #[account(
        mut,
        constraint = exchange.load()?.governance == governance.key() @ PlimsollError::NotGovernance
    )]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        init, payer = governance, space = 8 + core::mem::size_of::<ScenarioSet>(),
        seeds = [SCENARIO_SET_SEED, exchange.key().as_ref()], bump
    )]
    pub scenario_set: AccountLoader<'info, ScenarioSet>,
    pub system_program: Program<'info, System>,
}

pub fn handle_create_scenarios(
    ctx: Context<CreateScenarios>,
    args: CreateScenariosArgs,
) -> Result<()> {
    require!(
        (NETTING_FLOOR_PPM_MIN..=NETTING_FLOOR_PPM_MAX).contains(&args.netting_floor_ppm)
            && args.rows.len() <= ROWS_MAX,
        PlimsollError::ParameterOutOfBounds
    );
    let moves = args.rows.iter().flatten();
    for move_e4 in moves {
        require!(
            move_e4.unsigned_abs() <= ROW_MOVE_E4_MAX,
            PlimsollError::ParameterOutOfBounds
        );
    }
    let accounts = &*ctx.accounts;
    accounts.exchange.load_mut()?.scenarios = 1;
    let mut set = accounts.scenario_set.load_init()?;
    set.version = ACCOUNT_VERSION;
    set.bump = ctx.bumps.scenario_set;
    set.exchange = accounts.exchange.key();
    set.netting_floor_ppm = args.netting_floor_ppm;
    set.row_count = args.rows.len() as u16;
    for (row, given) in set.rows.iter_mut().zip(&args.rows) {
        *row = *given;
    }
    emit_cpi!(ScenariosCreated {
        exchange: accounts.exchange.key(),
        netting_floor_ppm: args.netting_floor_ppm,
        rows: args.rows,
    });
    Ok(())
}
