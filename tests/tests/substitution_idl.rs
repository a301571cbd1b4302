//! What the interface file says of instructions and accounts.

use serde::Deserialize;

#[derive(Deserialize)]
pub struct Idl {
    pub instructions: Vec<Described>,
    pub accounts: Vec<AccountType>,
}

#[derive(Clone, Deserialize)]
pub struct Described {
    pub name: String,
    pub discriminator: Vec<u8>,
    pub accounts: Vec<Slot>,
}

#[derive(Clone, Deserialize)]
pub struct Slot {
    pub name: String,
    #[serde(default)]
    pub writable: bool,
    #[serde(default)]
    pub signer: bool,
}

#[derive(Deserialize)]
pub struct AccountType {
    pub name: String,
    pub discriminator: Vec<u8>,
}

pub fn idl() -> Idl {
    let text = include_str!("../../idl/plimsoll.json");
    serde_json::from_str(text).expect("an interface file")
}
