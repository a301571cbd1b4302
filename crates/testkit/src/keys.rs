use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

/// The key that plays a role, the same in every world. Roles differ in their first 24 bytes.
#[must_use]
pub fn key(role: &str, number: u64) -> Keypair {
    let mut seed = [0_u8; 32];
    for (byte, letter) in seed.iter_mut().take(24).zip(role.bytes()) {
        *byte = letter;
    }
    for (byte, digit) in seed.iter_mut().skip(24).zip(number.to_le_bytes()) {
        *byte = digit;
    }
    Keypair::new_from_array(seed)
}

/// The address of that key.
#[must_use]
pub fn address(role: &str, number: u64) -> Pubkey {
    key(role, number).pubkey()
}
