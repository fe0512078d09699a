//! Serial numbers: the number in the certificate, and the text that Alipay makes of it.

/// Numbers are kept in base 10⁹, the greatest power of ten below 2³².
const BASE: u64 = 1_000_000_000;

/// Alipay's serial number: MD5 over issuer and decimal number, 32 hexadecimal digits (protocol-v2 §6.1).
///
/// MD5 is no protection here and need not be one: it only shortens a name.
pub(super) fn alipay_serial_number(issuer: &str, decimal: &str) -> String {
    format!("{:x}", md5::compute([issuer, decimal].concat()))
}

/// A big-endian two's complement integer in decimal digits.
pub(super) fn decimal(integer: &[u8]) -> String {
    let negative = integer.first().is_some_and(|first| first & 0x80 != 0);
    // Least significant first. For a negative number: of its bitwise complement, which is one too small.
    let mut limbs = vec![0];
    for byte in integer {
        let byte = if negative { !byte } else { *byte };
        multiply_add(&mut limbs, 256, u64::from(byte));
    }
    if negative {
        multiply_add(&mut limbs, 1, 1);
    }
    let mut limbs = limbs.iter().rev();
    let sign = if negative { "-" } else { "" };
    let mut text = format!("{sign}{}", limbs.next().unwrap_or(&0));
    text.extend(limbs.map(|limb| format!("{limb:09}")));
    text
}

fn multiply_add(limbs: &mut Vec<u64>, factor: u64, summand: u64) {
    let mut carry = summand;
    for limb in limbs.iter_mut() {
        let value = *limb * factor + carry;
        *limb = value % BASE;
        carry = value / BASE;
    }
    if carry != 0 {
        limbs.push(carry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_machine_width_are_written_as_the_machine_writes_them() {
        let mut number: i128 = 1;
        for step in 0..127 {
            for number in [number, number - 1, number + 1, -number, number ^ 0x5555_5555_5555_5555] {
                assert_eq!(decimal(&number.to_be_bytes()), number.to_string(), "step {step}");
            }
            number = number.wrapping_mul(2).max(1);
        }
        for number in [i128::MIN, i128::MAX, 999_999_999, 1_000_000_000, 10_i128.pow(18), 10_i128.pow(27)] {
            assert_eq!(decimal(&number.to_be_bytes()), number.to_string());
        }
    }

    #[test]
    fn longer_numbers_keep_all_digits() {
        let two_to_the_160 = [&[1][..], &[0; 20]].concat();
        assert_eq!(decimal(&two_to_the_160), "1461501637330902918203684832716283019655932542976");
        let greatest = [&[0][..], &[0xff; 20]].concat();
        assert_eq!(decimal(&greatest), "1461501637330902918203684832716283019655932542975");
        assert_eq!(decimal(&[]), "0");
        assert_eq!(decimal(&[0, 0, 7]), "7");
    }

    #[test]
    fn leading_zeros_of_the_digest_are_kept() {
        let issuer = "CN=Edge CA A,O=Vector Test Financial,C=CN";
        assert_eq!(alipay_serial_number(issuer, "146702553691670"), "00db0522b6bdb4afedfa366faeabfcb8");
    }

    #[test]
    fn numbers_of_certificates_in_public_test_suites_hold() {
        for (authority, decimal, expected) in [
            ("Class 1 R1", "42701552708448241360226107228231049510", "866efef280dec9137a87d047ac446315"),
            ("Class 2 R1", "42701552432456004857627230056898180491", "7513daaaa48aa3ba2e4018d84402479c"),
            ("Class 1 R1", "42707007516446637443986944728042269631", "47a27aac8ae3b5c589576f371da36dc2"),
            ("R1", "2292228364100439313", "687b59193f3f462dd5336e5abf83c5d8"),
        ] {
            let issuer = format!(
                "CN=Ant Financial Certification Authority {authority},OU=Certification Authority,O=Ant \
                 Financial,C=CN"
            );
            assert_eq!(alipay_serial_number(&issuer, decimal), expected);
        }
    }
}
