//! Counts words: a program with much of the standard library inlined.
use std::collections::{BTreeMap, HashMap};
fn main() {
    let mut counts: HashMap<String, u64> = HashMap::new();
    let text = std::env::args().collect::<Vec<_>>().join(" ");
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    let sorted: BTreeMap<_, _> = counts.iter().map(|(k, v)| (v, k)).collect();
    for (count, word) in sorted.iter().rev() {
        println!("{:>8} {}", count, word);
    }
}
