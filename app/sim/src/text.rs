//! Numbers, amounts and times as people read them: in the terminal and in the report.

const ATOMS_PER_DOLLAR: u64 = 1_000_000;
/// A proper minus sign, as wide as a plus.
const MINUS: &str = "−";

/// `1234567` as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Quote atoms as `−$1,234.56`, rounded to the nearest cent, halves away from zero.
pub fn dollars(amount_q: i64) -> String {
    let atoms_per_cent = ATOMS_PER_DOLLAR / 100;
    let cents = (amount_q.unsigned_abs() + atoms_per_cent / 2) / atoms_per_cent;
    let sign = if amount_q < 0 && cents > 0 { MINUS } else { "" };
    format!("{sign}${}.{:02}", grouped(cents / 100), cents % 100)
}

/// Quote atoms as `$1,235`: whole dollars, halves away from zero.
pub fn whole_dollars(amount_q: i64) -> String {
    let whole = (amount_q.unsigned_abs() + ATOMS_PER_DOLLAR / 2) / ATOMS_PER_DOLLAR;
    let sign = if amount_q < 0 && whole > 0 { MINUS } else { "" };
    format!("{sign}${}", grouped(whole))
}

/// Parts per million as `12.35 %`, rounded half up.
pub fn percent_of_ppm(ratio_ppm: u64) -> String {
    let hundredths = (ratio_ppm.saturating_add(50)) / 100;
    format!("{}.{:02} %", grouped(hundredths / 100), hundredths % 100)
}

/// A price with as many decimals as keep five significant digits, but two at least and eight at most.
pub fn price(price_e8: u64) -> String {
    let mut decimals = 2u32;
    let mut unit_e8 = 1_000_000u64;
    while unit_e8 > 1 && price_e8 / unit_e8 < 10_000 {
        unit_e8 /= 10;
        decimals += 1;
    }
    let rounded = price_e8.saturating_add(unit_e8 / 2) / unit_e8;
    let scale = 10u64.pow(decimals);
    let width = decimals as usize;
    format!("${}.{:0width$}", grouped(rounded / scale), rounded % scale)
}

/// Seconds since 1970 as `2022-05-11 13:07` in UTC.
pub fn date_and_time(unix_seconds: i64) -> String {
    let (days, seconds) = (
        unix_seconds.div_euclid(86_400),
        unix_seconds.rem_euclid(86_400),
    );
    let (year, month, day) = civil_date(days);
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{year:04}-{month:02}-{day:02} {hours:02}:{minutes:02}")
}

/// Seconds as `1 min 5 s` or `2 h 30 min`.
pub fn duration(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 if seconds % 60 == 0 => format!("{} min", seconds / 60),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ if seconds % 3_600 < 60 => format!("{} h", seconds / 3_600),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// Days since 1970 to year, month and day of the Gregorian calendar. Years begin in March here, so
/// that the leap day is the last of its year; 400 years have 146,097 days.
fn civil_date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn amounts_round_to_the_nearest_cent() {
        for (amount_q, text) in [
            (0, "$0.00"),
            (4_999, "$0.00"),
            (-4_999, "$0.00"),
            (5_000, "$0.01"),
            (-5_000, "−$0.01"),
            (1_234_567_890_000, "$1,234,567.89"),
            (999_995_000, "$1,000.00"),
            (i64::MIN, "−$9,223,372,036,854.78"),
        ] {
            assert_eq!(dollars(amount_q), text);
        }
        assert_eq!(whole_dollars(-1_500_000), "−$2");
        assert_eq!(whole_dollars(-400_000), "$0");
    }

    #[test]
    fn ratios_and_prices_keep_what_matters() {
        assert_eq!(percent_of_ppm(50_000), "5.00 %");
        assert_eq!(percent_of_ppm(123_450), "12.35 %");
        assert_eq!(percent_of_ppm(12_345_678), "1,234.57 %");
        assert_eq!(price(3_099_115_137_197), "$30,991.15");
        assert_eq!(price(6_663_096_438), "$66.631");
        assert_eq!(price(10_000_000_000), "$100.00");
        assert_eq!(price(12_345), "$0.00012345");
        assert_eq!(price(1), "$0.00000001");
    }

    #[test]
    fn times_are_utc() {
        for (unix_seconds, text) in [
            (0, "1970-01-01 00:00"),
            (951_782_399, "2000-02-28 23:59"),
            (951_782_400, "2000-02-29 00:00"),
            (951_868_800, "2000-03-01 00:00"),
            (1_652_227_200, "2022-05-11 00:00"),
            (1_652_313_600, "2022-05-12 00:00"),
            (-60, "1969-12-31 23:59"),
        ] {
            assert_eq!(date_and_time(unix_seconds), text);
        }
    }

    #[test]
    fn durations_use_the_two_largest_units() {
        for (seconds, text) in [
            (5, "5 s"),
            (60, "1 min"),
            (65, "1 min 5 s"),
            (3_600, "1 h"),
            (9_000, "2 h 30 min"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }
}
