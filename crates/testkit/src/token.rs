//! Token accounts made out of nothing: the mint's authority plays no part in any test.

use crate::error::WorldError;
use anchor_lang::solana_program::program_option::COption;
use anchor_lang::solana_program::program_pack::Pack;
use anchor_spl::token::spl_token::state::{Account as TokenState, AccountState, Mint};
use solana_account::Account;
use solana_pubkey::Pubkey;

/// Where a world keeps the tokens of `owner` in `mint`.
pub(crate) fn address(owner: &Pubkey, mint: &Pubkey) -> Pubkey {
    Pubkey::find_program_address(&[owner.as_ref(), mint.as_ref()], &anchor_spl::token::ID).0
}

/// A mint with nothing supplied.
pub(crate) fn mint(decimals: u8, lamports: u64) -> Result<Account, WorldError> {
    packed(
        Mint {
            mint_authority: COption::None,
            supply: 0,
            decimals,
            is_initialized: true,
            freeze_authority: COption::None,
        },
        lamports,
    )
}

/// A token account that holds `amount`.
pub(crate) fn account(
    mint: Pubkey,
    owner: Pubkey,
    amount: u64,
    lamports: u64,
) -> Result<Account, WorldError> {
    packed(
        TokenState {
            mint,
            owner,
            amount,
            delegate: COption::None,
            state: AccountState::Initialized,
            is_native: COption::None,
            delegated_amount: 0,
            close_authority: COption::None,
        },
        lamports,
    )
}

/// What a token account holds.
pub(crate) fn amount(data: &[u8]) -> Option<u64> {
    TokenState::unpack(data).ok().map(|state| state.amount)
}

/// Size of a token account, bytes.
pub(crate) const ACCOUNT_SIZE: usize = TokenState::LEN;
/// Size of a mint, bytes.
pub(crate) const MINT_SIZE: usize = Mint::LEN;

fn packed<T: Pack>(state: T, lamports: u64) -> Result<Account, WorldError> {
    let mut data = vec![0; T::LEN];
    state.pack_into_slice(&mut data);
    Ok(Account {
        lamports,
        data,
        owner: anchor_spl::token::ID,
        executable: false,
        rent_epoch: u64::MAX,
    })
}
