//! The file: per kind its calls, a list of vectors, and what is refused. A vector has inputs, steps with
//! inputs and outputs, and outputs of the whole. All numbers are integers; those above 2^53 are strings.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// An integer of any type of the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number(pub i128);

/// Named integers.
pub type Numbers = BTreeMap<String, Number>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vector {
    pub name: String,
    pub input: Numbers,
    pub steps: Vec<Step>,
    pub output: Numbers,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub input: Numbers,
    pub output: Numbers,
}

/// The calls that a kind's vectors are played with, and the order of their numbers:
/// `plimsoll_vectors::Kind` says how, for the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<u8>,
    pub step: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish: Option<u8>,
    pub input: Vec<String>,
    pub step_input: Vec<String>,
    pub step_output: Vec<String>,
    pub output: Vec<String>,
}

/// A vector of at most one step, one of whose calls is answered with this status and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    pub input: Numbers,
    pub step: Numbers,
    pub status: u8,
}

/// All of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub calls: Calls,
    pub vectors: Vec<Vector>,
    pub refused: Vec<Refused>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document(pub BTreeMap<String, Section>);

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

impl Document {
    /// The file's text: one step a line, so that a change shows where it is.
    pub fn to_text(&self) -> String {
        let sections = self.0.iter().map(|(kind, section)| {
            let calls = json(&section.calls);
            let vectors: Vec<String> = section.vectors.iter().map(Vector::to_text).collect();
            let refused: Vec<String> = section.refused.iter().map(json).collect();
            format!(
                "\"{kind}\":{{\n \"calls\":{calls},\n \"vectors\":[\n{}\n ],\n \"refused\":[\n  {}\n ]}}",
                vectors.join(",\n"),
                refused.join(",\n  ")
            )
        });
        format!("{{\n{}\n}}\n", sections.collect::<Vec<_>>().join(",\n"))
    }
}

impl Vector {
    fn to_text(&self) -> String {
        let steps: Vec<String> = self
            .steps
            .iter()
            .map(|step| format!("    {}", json(step)))
            .collect();
        format!(
            "  {{\"name\":{:?},\n   \"input\":{},\n   \"steps\":[\n{}\n   ],\n   \"output\":{}}}",
            self.name,
            json(&self.input),
            steps.join(",\n"),
            json(&self.output)
        )
    }
}

impl<T: Into<i128>> From<T> for Number {
    fn from(x: T) -> Self {
        Self(x.into())
    }
}

/// The number of that name, as the crate's type.
pub fn get<T: TryFrom<i128>>(numbers: &Numbers, name: &str) -> T {
    let number = numbers
        .get(name)
        .unwrap_or_else(|| panic!("no {name} in {numbers:?}"));
    T::try_from(number.0).unwrap_or_else(|_| panic!("{name} does not fit: {number:?}"))
}

/// Named integers from pairs.
pub fn numbers<const N: usize>(pairs: [(&str, Number); N]) -> Numbers {
    pairs
        .into_iter()
        .map(|(name, number)| (name.to_owned(), number))
        .collect()
}

const EXACT_IN_F64: i128 = 1 << 53;

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(self.0) {
            Ok(small) if self.0.abs() <= EXACT_IN_F64 => serializer.serialize_i64(small),
            _ => serializer.serialize_str(&self.0.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Number(number) => number.as_i128().map(Self),
            serde_json::Value::String(text) => text.parse().ok().map(Self),
            _ => None,
        }
        .ok_or_else(|| D::Error::custom("an integer or a string of digits"))
    }
}
