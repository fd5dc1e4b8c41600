//! The signing certificate of SNS, with the certificates up to a trusted authority.
//!
//! SNS publishes only its own certificate. The intermediate certificates are fetched from the issuer URLs in the
//! certificates.

use jiff::Timestamp;
use ring::signature::{
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters, UnparsedPublicKey,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage};
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::AuthorityInfoAccessSyntax;
use x509_cert::ext::pkix::name::GeneralName;

/// `id-ad-caIssuers` (RFC 5280, section 4.2.2.1).
const ISSUERS_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");

/// `rsaEncryption` (RFC 8017, appendix A.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Longer than any chain of a certificate authority.
const MAX_CHAIN: usize = 4;

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CertificateError {
    #[error("no certificate, or too many")]
    Unreadable,
    /// The certificate has no trusted issuer, is not valid now, or is for another purpose.
    #[error("the certificate is not valid: {0}")]
    Untrusted(webpki::Error),
    #[error("the certificate is not SNS's")]
    WrongName,
    #[error("the key is not an RSA key")]
    NotRsa,
    #[error("the signature is not that of the certificate's key")]
    WrongSignature,
}

/// The signature algorithm of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureVersion {
    /// SHA-1, still the default of SNS. A forgery takes a second preimage, not a collision, because SNS composes the
    /// signed text.
    One,
    Two,
}

impl SignatureVersion {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "1" => Some(Self::One),
            "2" => Some(Self::Two),
            _ => None,
        }
    }

    fn algorithm(self) -> &'static RsaParameters {
        match self {
            Self::One => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Two => &RSA_PKCS1_2048_8192_SHA256,
        }
    }
}

/// A certificate and its issuers, as far as they are known.
#[derive(Debug, Clone)]
pub struct Chain {
    leaf: CertificateDer<'static>,
    above: Vec<CertificateDer<'static>>,
}

impl Chain {
    pub fn from_pem(pem: &[u8]) -> Result<Self, CertificateError> {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let mut certificates = certificates.map_err(|_| CertificateError::Unreadable)?.into_iter();
        let leaf = certificates.next().ok_or(CertificateError::Unreadable)?;
        let above: Vec<_> = certificates.collect();
        if above.len() < MAX_CHAIN {
            Ok(Self { leaf, above })
        } else {
            Err(CertificateError::Unreadable)
        }
    }

    /// The URL of the issuer of the last certificate, if that certificate has one and the chain may grow.
    pub fn issuer_url(&self) -> Option<String> {
        if self.above.len() + 1 >= MAX_CHAIN {
            return None;
        }
        let last = Certificate::from_der(self.above.last().unwrap_or(&self.leaf)).ok()?;
        let (_, access) = last
            .tbs_certificate()
            .get_extension::<AuthorityInfoAccessSyntax>()
            .ok()??;
        access.0.into_iter().find_map(|access| match access.access_location {
            GeneralName::UniformResourceIdentifier(url) if access.access_method == ISSUERS_CERTIFICATE => {
                Some(url.as_str().to_owned())
            }
            _ => None,
        })
    }

    /// Adds the issuer of the last certificate, in DER or, rarely, in PEM.
    pub fn push(&mut self, certificate: Vec<u8>) {
        let der = CertificateDer::from_pem_slice(&certificate).unwrap_or_else(|_| certificate.into());
        self.above.push(der);
    }

    /// Verifies that the certificate is valid now, for one of `names`. This is repeated at each use, because
    /// certificates expire.
    pub fn verify(
        &self,
        anchors: &[TrustAnchor<'_>],
        names: &[String],
        now: Timestamp,
    ) -> Result<(), CertificateError> {
        let leaf = EndEntityCert::try_from(&self.leaf).map_err(|_| CertificateError::Unreadable)?;
        let is_for = |name: &String| {
            let name = ServerName::try_from(name.as_str());
            name.is_ok_and(|name| leaf.verify_is_valid_for_subject_name(&name).is_ok())
        };
        if !names.iter().any(is_for) {
            return Err(CertificateError::WrongName);
        }
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let usage = KeyUsage::server_auth();
        leaf.verify_for_usage(ALL_VERIFICATION_ALGS, anchors, &self.above, time, usage, None, None)
            .map(drop)
            .map_err(CertificateError::Untrusted)
    }

    pub fn verify_signature(
        &self,
        version: SignatureVersion,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CertificateError> {
        let leaf = Certificate::from_der(&self.leaf).map_err(|_| CertificateError::Unreadable)?;
        let key = leaf.tbs_certificate().subject_public_key_info();
        if key.algorithm.oid != RSA {
            return Err(CertificateError::NotRsa);
        }
        UnparsedPublicKey::new(version.algorithm(), key.subject_public_key.raw_bytes())
            .verify(message, signature)
            .map_err(|_| CertificateError::WrongSignature)
    }
}
