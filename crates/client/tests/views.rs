//! Bytes that are an account, and bytes that are not quite one.

use anchor_lang::Discriminator;
use bytemuck::Zeroable;
use plimsoll::constants::ACCOUNT_VERSION;
use plimsoll::state::{MarginAccount, Market, Pool};
use plimsoll_client::views::{read, view, AccountLayout, ViewError};

fn bytes(market: &Market) -> Vec<u8> {
    let mut data = Market::DISCRIMINATOR.to_vec();
    data.extend_from_slice(bytemuck::bytes_of(market));
    data
}

fn market() -> Market {
    Market {
        version: ACCOUNT_VERSION,
        index: 7,
        cash_q: 123,
        ..Market::zeroed()
    }
}

#[test]
fn an_account_is_read_in_place_and_as_a_copy() {
    let data = bytes(&market());
    assert_eq!(data.len(), Market::SIZE);
    let seen: &Market = view(&data).unwrap();
    assert_eq!((seen.index, seen.cash_q), (7, 123));
    let copied: Market = read(&data).unwrap();
    assert_eq!((copied.index, copied.cash_q), (7, 123));
}

#[test]
fn another_size_type_or_version_is_refused() {
    let good = bytes(&market());
    for size in [0, 7, 8, good.len() - 1, good.len() + 1] {
        let mut data = good.clone();
        data.resize(size, 0);
        let error = ViewError::Size {
            expected: Market::SIZE,
            found: size,
        };
        assert_eq!(view::<Market>(&data).unwrap_err(), error);
        assert_eq!(read::<Market>(&data).unwrap_err(), error);
    }
    let mut other_type = good.clone();
    other_type[..8].copy_from_slice(Pool::DISCRIMINATOR);
    assert_eq!(
        view::<Market>(&other_type).unwrap_err(),
        ViewError::Discriminator
    );
    for version in [0, ACCOUNT_VERSION + 1] {
        let data = bytes(&Market {
            version,
            ..market()
        });
        assert_eq!(
            view::<Market>(&data).unwrap_err(),
            ViewError::Version(version)
        );
    }
    assert!(matches!(
        view::<MarginAccount>(&good),
        Err(ViewError::Size { .. })
    ));
}

#[test]
fn unaligned_bytes_are_copied_not_viewed() {
    let good = bytes(&market());
    let mut shifted = vec![0; good.len() + 8];
    let address = shifted.as_ptr().align_offset(8) + 1;
    shifted[address..address + good.len()].copy_from_slice(&good);
    let data = &shifted[address..address + good.len()];
    assert_eq!(view::<Market>(data).unwrap_err(), ViewError::Unaligned);
    assert_eq!(read::<Market>(data).unwrap().index, 7);
}
