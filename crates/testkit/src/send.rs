use crate::error::{Cause, Refusal, WorldError};
use crate::world::World;
use litesvm::types::{FailedTransactionMetadata, TransactionMetadata};
use plimsoll_client::{errors, Event};
use solana_instruction::error::InstructionError;
use solana_instruction::Instruction;
use solana_message::Message;
use solana_transaction::{Transaction, TransactionError};
use std::sync::Arc;

/// What a transaction that went through left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Compute units of all its instructions.
    pub compute_units: u64,
    /// Size of the transaction on the wire, bytes; the network takes at most 1,232.
    pub bytes: usize,
    /// The program's events: those sent to itself, then those logged.
    pub events: Vec<Event>,
    pub return_data: Vec<u8>,
    pub logs: Vec<String>,
}

impl World {
    /// Sends instructions as one transaction, paid by [`World::payer`], signed by every key that must.
    ///
    /// # Errors
    /// [`WorldError::Refused`], [`WorldError::UnknownSigner`], [`WorldError::Event`].
    pub fn send(&mut self, instructions: &[Instruction]) -> Result<Sent, WorldError> {
        let blockhash = self.svm.latest_blockhash();
        let message = Message::new_with_blockhash(instructions, Some(&self.payer), &blockhash);
        let program = message
            .account_keys
            .iter()
            .position(|key| *key == plimsoll::ID);
        let signatures = usize::from(message.header.num_required_signatures);
        let bytes = signatures
            .saturating_mul(64)
            .saturating_add(1 + message.serialize().len());
        let transaction = self.sign(message)?;
        match self.svm.send_transaction(transaction) {
            Ok(meta) => sent(meta, program, bytes),
            Err(failed) => Err(WorldError::Refused(Box::new(refusal(failed)))),
        }
    }

    fn sign(&self, message: Message) -> Result<Transaction, WorldError> {
        if !self.verify_signatures {
            return Ok(Transaction::new_unsigned(message));
        }
        let count = usize::from(message.header.num_required_signatures);
        let required = message.account_keys.iter().take(count);
        let signers = required
            .map(|key| {
                self.ring
                    .get(key)
                    .map(Arc::as_ref)
                    .ok_or(WorldError::UnknownSigner(*key))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let blockhash = message.recent_blockhash;
        Ok(Transaction::new(&signers, message, blockhash))
    }
}

fn sent(
    meta: TransactionMetadata,
    program: Option<usize>,
    bytes: usize,
) -> Result<Sent, WorldError> {
    let inner = meta
        .inner_instructions
        .iter()
        .flatten()
        .map(|inner| &inner.instruction);
    let own = inner.filter(|inner| Some(usize::from(inner.program_id_index)) == program);
    let events = own
        .filter_map(|inner| Event::of_inner_instruction(&inner.data))
        .chain(Event::of_log(&meta.logs))
        .collect::<Result<Vec<_>, _>>()
        .map_err(WorldError::Event)?;
    Ok(Sent {
        compute_units: meta.compute_units_consumed,
        bytes,
        events,
        return_data: meta.return_data.data,
        logs: meta.logs,
    })
}

fn refusal(failed: FailedTransactionMetadata) -> Refusal {
    let (instruction, cause) = match failed.err {
        TransactionError::InstructionError(index, InstructionError::Custom(number)) => {
            let cause = errors::of_code(number).map_or(Cause::Custom(number), Cause::Program);
            (Some(index), cause)
        }
        TransactionError::InstructionError(index, error) => {
            (Some(index), Cause::Runtime(format!("{error:?}")))
        }
        error => (None, Cause::Runtime(format!("{error:?}"))),
    };
    Refusal {
        instruction,
        cause,
        compute_units: failed.meta.compute_units_consumed,
        logs: failed.meta.logs,
    }
}
