//! A certificate authority, in the manner of the one behind SNS: a root, and between it and the certificates a second authority
//! that publishes its own certificate where they say.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, PublicKeyData, date_time_ymd,
};

/// Where the second authority publishes its certificate.
pub const ISSUER_URL: &str = "http://crt.m01.authority.test/m01.cer";

/// Dates of a certificate: from the start of the first year to the start of the second.
pub const VALID: (i32, i32) = (2026, 2027);

pub struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    between: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub fn new() -> Self {
        let root = CertifiedIssuer::self_signed(params("Root CA 1"), KeyPair::generate().unwrap()).unwrap();
        let between = CertifiedIssuer::signed_by(params("RSA 2048 M01"), KeyPair::generate().unwrap(), &root).unwrap();
        Self { root, between }
    }

    /// The trust anchor that a verifier has of the authority.
    pub fn anchor(&self) -> rustls::pki_types::TrustAnchor<'static> {
        webpki::anchor_from_trusted_cert(self.root.der()).unwrap().to_owned()
    }

    /// The certificate of the second authority, as it is published.
    pub fn between_der(&self) -> Vec<u8> {
        self.between.der().to_vec()
    }

    pub fn between_pem(&self) -> String {
        self.between.pem()
    }

    /// A server's certificate, in PEM.
    pub fn certify(&self, key: &impl PublicKeyData, name: &str, (from, to): (i32, i32)) -> String {
        self.certify_naming(key, name, (from, to), Some(ISSUER_URL))
    }

    pub fn certify_naming(
        &self,
        key: &impl PublicKeyData,
        name: &str,
        (from, to): (i32, i32),
        issuer_url: Option<&str>,
    ) -> String {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.custom_extensions = issuer_url.map(authority_information_access).into_iter().collect();
        params.signed_by(key, &self.between).unwrap().pem()
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    params
}

/// Where the issuer's certificate is (RFC 5280, section 4.2.2.1), in DER.
fn authority_information_access(url: &str) -> CustomExtension {
    let field = |tag: u8, content: &[u8]| {
        let mut field = vec![tag, u8::try_from(content.len()).unwrap()];
        field.extend_from_slice(content);
        field
    };
    let issuers_certificate = field(0x06, &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02]);
    let location = field(0x86, url.as_bytes());
    let description = field(0x30, &[issuers_certificate, location].concat());
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], field(0x30, &description))
}
