//! Compute units by instruction.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Over all landed transactions with this instruction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComputeUnits {
    pub instruction: String,
    pub count: u64,
    pub min: u64,
    /// Of an even number, the lower of the two in the middle.
    pub median: u64,
    pub max: u64,
}

/// Collects samples as they come.
#[derive(Clone, Debug, Default)]
pub struct ComputeMeter {
    samples: BTreeMap<String, Vec<u64>>,
}

impl ComputeMeter {
    pub fn note(&mut self, instruction: &str, units: u64) {
        match self.samples.get_mut(instruction) {
            Some(samples) => samples.push(units),
            None => drop(self.samples.insert(instruction.to_owned(), vec![units])),
        }
    }

    /// By name of instruction.
    pub fn finish(self) -> Vec<ComputeUnits> {
        let summary = |(instruction, mut samples): (String, Vec<u64>)| {
            samples.sort_unstable();
            ComputeUnits {
                instruction,
                count: samples.len() as u64,
                min: samples[0],
                median: samples[(samples.len() - 1) / 2],
                max: samples[samples.len() - 1],
            }
        };
        self.samples.into_iter().map(summary).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_summed_up_by_instruction() {
        let mut meter = ComputeMeter::default();
        for units in [30, 10, 40, 20] {
            meter.note("settle", units);
        }
        meter.note("cut", 7);
        let units = |name: &str, count, min, median, max| ComputeUnits {
            instruction: name.into(),
            count,
            min,
            median,
            max,
        };
        assert_eq!(
            meter.finish(),
            [units("cut", 1, 7, 7, 7), units("settle", 4, 10, 20, 40)]
        );
    }
}
