//! The file: per kind a list of vectors; a vector has inputs, steps with inputs and outputs, and
//! outputs of the whole. All numbers are integers; those above 2^53 are strings.

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

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document(pub BTreeMap<String, Vec<Vector>>);

impl Document {
    /// The file's text: one step a line, so that a change shows where it is.
    pub fn to_text(&self) -> String {
        let json = |value: &Numbers| serde_json::to_string(value).unwrap();
        let mut kinds = Vec::new();
        for (kind, vectors) in &self.0 {
            let mut texts = Vec::new();
            for vector in vectors {
                let steps: Vec<String> = vector
                    .steps
                    .iter()
                    .map(|step| {
                        let (input, output) = (json(&step.input), json(&step.output));
                        format!("    {{\"input\":{input},\"output\":{output}}}")
                    })
                    .collect();
                texts.push(format!(
                    "  {{\"name\":{:?},\n   \"input\":{},\n   \"steps\":[\n{}\n   ],\n   \"output\":{}}}",
                    vector.name,
                    json(&vector.input),
                    steps.join(",\n"),
                    json(&vector.output)
                ));
            }
            kinds.push(format!("\"{kind}\":[\n{}\n]", texts.join(",\n")));
        }
        format!("{{\n{}\n}}\n", kinds.join(",\n"))
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
