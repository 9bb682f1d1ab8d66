//! Encrypted PDF files: RC4 with 40 bits, and AES with 256.

use sha2::{Digest as _, Sha256};

use super::file::File;

/// What a password is filled up with.
const PAD: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08,
    0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];
const ID: &[u8; 16] = b"0123456789abcdef";
const PERMISSIONS: i32 = -4;
const CONTENT: &[u8] = b"5 w 50 50 495 742 re S 50 50 m 545 792 l S";

/// A page, encrypted with RC4 and 40 bits.
pub(crate) fn rc4_40(user: &str) -> Vec<u8> {
    let (user, owner) = (padded(user), padded("owner"));
    let o = rc4(&md5(&owner)[..5], &user);
    let key = md5(&[&user[..], &o, &PERMISSIONS.to_le_bytes(), ID].concat())[..5].to_vec();
    let u = rc4(&key, &PAD);
    let mut file = File::new();
    let number = u32::try_from(file.next()).expect("small").to_le_bytes();
    let of_object = md5(&[&key[..], &number[..3], &[0, 0]].concat());
    let content = file.stream("", &rc4(&of_object[..10], CONTENT));
    page(&mut file, content);
    file.trailer = format!(
        "/Encrypt <</Filter /Standard /V 1 /R 2 /P {PERMISSIONS} /O <{}> /U <{}>>> /ID [<{}> <{}>]",
        hex(&o),
        hex(&u),
        hex(ID),
        hex(ID)
    );
    file.finish()
}

/// A page, encrypted with AES and 256 bits, revision 5.
pub(crate) fn aes_256(user: &str) -> Vec<u8> {
    let key: [u8; 32] = Sha256::digest(b"the key of the file").into();
    let sealed = |password: &str, salts: &[u8; 16], more: &[u8]| {
        let (check, wrap) = salts.split_at(8);
        let digest = |salt: &[u8]| -> [u8; 32] {
            Sha256::digest([password.as_bytes(), salt, more].concat()).into()
        };
        let entry = [&digest(check)[..], salts].concat();
        (entry, Aes::new(&digest(wrap)).cbc([0; 16], &key))
    };
    let (u, ue) = sealed(user, b"saltsaltpepper!!", b"");
    let (o, oe) = sealed("owner", b"pepper!!saltsalt", &u);
    let mut block = [0xff; 16];
    block[..4].copy_from_slice(&PERMISSIONS.to_le_bytes());
    block[8..12].copy_from_slice(b"Tadb");
    let permissions = Aes::new(&key).block(block);
    let mut file = File::new();
    let start = *b"initial vector!!";
    let mut plain = CONTENT.to_vec();
    let fill = 16 - plain.len() % 16;
    plain.resize(plain.len() + fill, u8::try_from(fill).expect("small"));
    let content = file.stream("", &[&start[..], &Aes::new(&key).cbc(start, &plain)].concat());
    page(&mut file, content);
    file.trailer = format!(
        "/Encrypt <</Filter /Standard /V 5 /R 5 /Length 256 /P {PERMISSIONS} \
         /CF <</StdCF <</CFM /AESV3 /AuthEvent /DocOpen /Length 32>>>> /StmF /StdCF /StrF /StdCF \
         /O <{}> /U <{}> /OE <{}> /UE <{}> /Perms <{}>>> /ID [<{}> <{}>]",
        hex(&o),
        hex(&u),
        hex(&oe),
        hex(&ue),
        hex(&permissions),
        hex(ID),
        hex(ID)
    );
    file.finish()
}

fn page(file: &mut File, content: usize) {
    file.page_of("/MediaBox [0 0 595 842]", "", &format!("{content} 0 R"));
}

fn padded(password: &str) -> [u8; 32] {
    let all = [password.as_bytes(), &PAD].concat();
    all[..32].try_into().expect("at least as long as the padding")
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut state: [u8; 256] = std::array::from_fn(|n| u8::try_from(n).expect("below 256"));
    let mut j = 0_u8;
    for i in 0..256 {
        j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
        state.swap(i, usize::from(j));
    }
    let (mut i, mut j) = (0_u8, 0_u8);
    data.iter()
        .map(|octet| {
            i = i.wrapping_add(1);
            j = j.wrapping_add(state[usize::from(i)]);
            state.swap(usize::from(i), usize::from(j));
            let sum = state[usize::from(i)].wrapping_add(state[usize::from(j)]);
            octet ^ state[usize::from(sum)]
        })
        .collect()
}

/// RFC 1321.
fn md5(data: &[u8]) -> [u8; 16] {
    const TURNS: [[u32; 4]; 4] =
        [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut message = data.to_vec();
    message.push(0x80);
    message.resize(message.len().next_multiple_of(64), 0);
    if data.len() % 64 > 55 {
        message.resize(message.len() + 64, 0);
    }
    let end = message.len() - 8;
    message[end..].copy_from_slice(&(8 * data.len() as u64).to_le_bytes());
    let mut sum = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in message.chunks(64) {
        let word = |n: usize| u32::from_le_bytes(block[4 * n..][..4].try_into().expect("four"));
        let [mut a, mut b, mut c, mut d] = sum;
        for step in 0..64 {
            let (mixed, at) = match step / 16 {
                0 => ((b & c) | (!b & d), step),
                1 => ((d & b) | (!d & c), 5 * step + 1),
                2 => (b ^ c ^ d, 3 * step + 5),
                _ => (c ^ (b | !d), 7 * step),
            };
            let sine = f64::from(u32::try_from(step + 1).expect("small")).sin().abs();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "as it is defined"
            )]
            let constant = (sine * 4_294_967_296.0) as u32;
            let turned = a.wrapping_add(mixed).wrapping_add(constant).wrapping_add(word(at % 16));
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(turned.rotate_left(TURNS[step / 16][step % 4]));
        }
        for (sum, value) in sum.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(value);
        }
    }
    let octets: Vec<u8> = sum.iter().flat_map(|value| value.to_le_bytes()).collect();
    octets.try_into().expect("four times four")
}

/// AES with 256 bits, FIPS 197.
struct Aes {
    keys: Vec<[u8; 4]>,
    box_: [u8; 256],
}

impl Aes {
    const ROUNDS: usize = 14;

    fn new(key: &[u8; 32]) -> Self {
        let box_ = substitution();
        let mut keys: Vec<[u8; 4]> =
            key.chunks(4).map(|four| four.try_into().expect("four")).collect();
        let mut round = 1_u8;
        for n in 8..4 * (Self::ROUNDS + 1) {
            let mut word = keys[n - 1];
            if n % 8 == 0 {
                word.rotate_left(1);
                word = word.map(|octet| box_[usize::from(octet)]);
                word[0] ^= round;
                round = twice(round);
            } else if n % 8 == 4 {
                word = word.map(|octet| box_[usize::from(octet)]);
            }
            let before = keys[n - 8];
            keys.push(std::array::from_fn(|i| word[i] ^ before[i]));
        }
        Self { keys, box_ }
    }

    fn block(&self, plain: [u8; 16]) -> [u8; 16] {
        let mut state = self.keyed(plain, 0);
        for round in 1..=Self::ROUNDS {
            let old = state.map(|octet| self.box_[usize::from(octet)]);
            state = std::array::from_fn(|n| old[(n + 4 * (n % 4)) % 16]);
            if round < Self::ROUNDS {
                let old = state;
                state = std::array::from_fn(|n| {
                    let column = &old[n / 4 * 4..][..4];
                    let at = |k: usize| column[(n + k) % 4];
                    twice(at(0)) ^ twice(at(1)) ^ at(1) ^ at(2) ^ at(3)
                });
            }
            state = self.keyed(state, round);
        }
        state
    }

    fn cbc(&self, start: [u8; 16], plain: &[u8]) -> Vec<u8> {
        let mut last = start;
        let mut out = Vec::new();
        for block in plain.chunks(16) {
            last = self.block(std::array::from_fn(|n| block[n] ^ last[n]));
            out.extend(last);
        }
        out
    }

    fn keyed(&self, state: [u8; 16], round: usize) -> [u8; 16] {
        std::array::from_fn(|n| state[n] ^ self.keys[4 * round + n / 4][n % 4])
    }
}

fn twice(octet: u8) -> u8 {
    (octet << 1) ^ if octet & 0x80 == 0 { 0 } else { 0x1b }
}

/// The table of substitutions: inverses, and an affine map of them.
fn substitution() -> [u8; 256] {
    let mut table = [0; 256];
    let (mut p, mut q) = (1_u8, 1_u8);
    loop {
        p ^= twice(p);
        q ^= q << 1;
        q ^= q << 2;
        q ^= q << 4;
        if q & 0x80 != 0 {
            q ^= 0x09;
        }
        let turned = q ^ q.rotate_left(1) ^ q.rotate_left(2) ^ q.rotate_left(3) ^ q.rotate_left(4);
        table[usize::from(p)] = turned ^ 0x63;
        if p == 1 {
            break;
        }
    }
    table[0] = 0x63;
    table
}

#[test]
fn the_ciphers_are_those_of_their_standards() {
    assert_eq!(hex(&md5(b"abc")), "900150983cd24fb0d6963f7d28e17f72");
    assert_eq!(hex(&rc4(b"Key", b"Plaintext")), "bbf316e8d940af0ad3");
    // FIPS 197, C.3.
    let key: [u8; 32] = std::array::from_fn(|n| u8::try_from(n).expect("below 32"));
    let plain: [u8; 16] = std::array::from_fn(|n| u8::try_from(n * 0x11).expect("below 256"));
    assert_eq!(hex(&Aes::new(&key).block(plain)), "8ea2b7ca516745bfeafc49904b496089");
}
