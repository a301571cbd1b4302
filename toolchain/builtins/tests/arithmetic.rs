//! Every routine against the host's own 128-bit arithmetic.
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sbf_builtins::{divide, multiply};

fn check_unsigned(a: u128, b: u128) {
    assert_eq!(
        multiply::wrapping(a, b),
        a.wrapping_mul(b),
        "{a:#x} · {b:#x}"
    );
    if b != 0 {
        // SAFETY: the divisor is not zero.
        let found = unsafe { divide::unsigned(a, b) };
        assert_eq!(found, (a / b, a % b), "{a:#x} ÷ {b:#x}");
    }
}

fn check_signed(a: i128, b: i128) {
    let product = multiply::wrapping(a as u128, b as u128) as i128;
    assert_eq!(product, a.wrapping_mul(b), "{a} · {b}");
    if b != 0 {
        // SAFETY: the divisor is not zero.
        let found = unsafe {
            (
                divide::signed_quotient(a, b),
                divide::signed_remainder(a, b),
            )
        };
        assert_eq!(found, (a.wrapping_div(b), a.wrapping_rem(b)), "{a} ÷ {b}");
    }
}

fn check(a: u128, b: u128) {
    check_unsigned(a, b);
    check_signed(a as i128, b as i128);
}

/// The values at which words, halves of words and signs begin and end.
fn edges() -> Vec<u128> {
    let mut edges = vec![0, 1, 2, 3, 10, 1_000_000, u128::MAX, u128::MAX - 1];
    for power in 1..128 {
        let value = 1u128 << power;
        edges.extend([
            value - 1,
            value,
            value + 1,
            value.wrapping_neg(),
            value | 1 << (power / 2),
        ]);
    }
    // Extreme words in every position.
    let words = [0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
    for a in words {
        for b in words {
            edges.extend([
                a << 96 | b,
                a << 96 | b << 64,
                a << 64 | b << 32,
                a << 32 | b,
            ]);
        }
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}

#[test]
fn agrees_at_the_edges() {
    let edges = edges();
    for &a in &edges {
        for &b in &edges {
            check(a, b);
        }
    }
}

#[test]
fn agrees_on_random_operands_of_every_length() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..300_000 {
        let a = random.random::<u128>() >> random.random_range(0..128);
        let b = random.random::<u128>() >> random.random_range(0..128);
        check(a, b);
        check(a.wrapping_neg(), b);
        check(a, b.wrapping_neg());
    }
}

#[test]
fn agrees_next_to_exact_multiples() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    for _ in 0..300_000 {
        let d = (random.random::<u128>() >> random.random_range(0..128)).max(1);
        let q = random.random_range(0..=u128::MAX / d);
        for n in [q * d, (q * d).wrapping_sub(1), (q * d).wrapping_add(d - 1)] {
            check_unsigned(n, d);
        }
    }
}

#[test]
fn keeps_the_signs_of_truncated_division() {
    let (min, max) = (i128::MIN, i128::MAX);
    let words = [i64::MIN, -2, -1, 1, 2, i64::MAX].map(i128::from);
    let values: Vec<i128> = [min, min + 1, max, max - 1, 0]
        .into_iter()
        .chain(words)
        .collect();
    for &a in &values {
        for &b in &values {
            check_signed(a, b);
        }
    }
    // SAFETY: no divisor is zero.
    unsafe {
        assert_eq!(divide::signed_quotient(-7, 2), -3);
        assert_eq!(divide::signed_remainder(-7, 2), -1);
        assert_eq!(divide::signed_remainder(7, -2), 1);
        assert_eq!(divide::signed_quotient(min, -1), min);
        assert_eq!(divide::signed_remainder(min, -1), 0);
    }
}

#[test]
fn the_wide_product_has_both_words() {
    assert_eq!(multiply::wide(u64::MAX, u64::MAX), (1, u64::MAX - 1));
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for _ in 0..300_000 {
        let (a, b) = (
            random.random::<u64>(),
            random.random::<u64>() >> random.random_range(0..64),
        );
        let product = u128::from(a) * u128::from(b);
        assert_eq!(
            multiply::wide(a, b),
            (product as u64, (product >> 64) as u64)
        );
    }
}

#[test]
fn counts_leading_zeros() {
    assert_eq!(divide::leading_zeros(0), 64);
    for power in 0..64 {
        let lowest = 1u64 << power;
        for word in [lowest, lowest | lowest >> 1, lowest | (lowest - 1)] {
            assert_eq!(
                divide::leading_zeros(word),
                word.leading_zeros(),
                "{word:#x}"
            );
        }
    }
}

/// How often the digit that algorithm D estimates for `rest:next ÷ d` is too large.
fn corrections(rest: u64, next: u64, d: u64) -> u64 {
    let exact = (u128::from(rest) << 32 | u128::from(next)) / u128::from(d);
    rest / (d >> 32) - exact as u64
}

/// Divisors with small high and large low halves make the estimate too large, by two at most; both places where it
/// is corrected, and a first estimate beyond 32 bits, have to occur.
#[test]
fn corrects_the_estimated_digits_of_algorithm_d() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let mut seen = [[0u32; 3]; 2];
    let mut beyond = 0;
    for _ in 0..300_000 {
        let d1 = 0x8000_0000 | random.random::<u32>() >> random.random_range(1..32);
        let d0 = u32::MAX ^ random.random::<u32>() >> random.random_range(0..32);
        let d = u64::from(d1) << 32 | u64::from(d0);
        let high = d - 1 - random.random_range(0..d) / (1 << random.random_range(0..63));
        let low = random.random::<u64>();
        let n = u128::from(high) << 64 | u128::from(low);

        let rest = ((n >> 32) % u128::from(d)) as u64;
        seen[0][corrections(high, low >> 32, d) as usize] += 1;
        seen[1][corrections(rest, low & 0xffff_ffff, d) as usize] += 1;
        beyond += u32::from(high / u64::from(d1) > u64::from(u32::MAX));

        let (quotient, remainder) = divide::two_words_by_normalised(high, low, d);
        let exact = (n / u128::from(d), n % u128::from(d));
        assert_eq!(
            (u128::from(quotient), u128::from(remainder)),
            exact,
            "{n:#x} ÷ {d:#x}"
        );
    }
    assert!(seen.iter().flatten().all(|&count| count > 100), "{seen:?}");
    assert!(beyond > 100, "{beyond}");
}

/// With a divisor of more than one word the quotient is estimated from the divisor's top word, one less than that or
/// exact, and has to be corrected in some cases only.
#[test]
fn corrects_the_estimate_for_divisors_of_two_words() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for _ in 0..300_000 {
        let d = (random.random::<u128>() | 1 << 127) >> random.random_range(0..64);
        let d = if random.random() {
            d | u128::from(u64::MAX)
        } else {
            d >> 64 << 64
        };
        let q = u128::from(random.random::<u64>()).min(u128::MAX / d);
        for n in [
            q * d,
            (q * d).wrapping_sub(1),
            (q * d).saturating_add(d - 1),
            u128::MAX,
        ] {
            check_unsigned(n, d);
        }
    }
}
