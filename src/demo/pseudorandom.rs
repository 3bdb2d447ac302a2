//! Repeatable pseudorandom numbers: the same parts give the same number in every run and on every machine. Not for
//! secrets, and not for the long draws of the invented world, which has its own generator.

/// Returns one well-spread number made from all the parts, order included.
pub(crate) fn mix(parts: &[u64]) -> u64 {
    parts.iter().fold(0x9e37_79b9_7f4a_7c15, |so_far, part| {
        scatter(so_far ^ scatter(*part))
    })
}

/// Returns a number that stands for a text, to be used as one of the parts of `mix`.
pub(crate) fn of_text(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |so_far, byte| {
        (so_far ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Returns true for `percent` in a hundred numbers made by `mix`.
pub(crate) fn within(number: u64, percent: u8) -> bool {
    number % 100 < u64::from(percent)
}

/// The finaliser of SplitMix64, made to keep going: each call of a chain is the generator's next step.
pub(crate) fn scatter(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
