//! KMS through the official client: signatures verify, and ciphertexts decrypt, with other implementations.

use crate::common::{Folder, kms, start, start_in};
use aws_sdk_kms::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    primitives::Blob,
    types::{DataKeyPairSpec, DataKeySpec, KeySpec, KeyState, KeyUsageType, MessageType, SigningAlgorithmSpec},
};
use p256::{
    PublicKey,
    ecdsa::{DerSignature, SigningKey, VerifyingKey, signature::Verifier as _},
    pkcs8::{DecodePrivateKey as _, DecodePublicKey as _},
};
use sha2::{Digest as _, Sha256};

const USER: &str = "alias/ostiary-user";
const ADMIN: &str = "alias/ostiary-admin";
const ENVELOPE: &str = "alias/ostiary-envelope";

async fn public_key(client: &Client, key_id: &str) -> VerifyingKey {
    let answer = client.get_public_key().key_id(key_id).send().await.unwrap();
    VerifyingKey::from(PublicKey::from_public_key_der(answer.public_key().unwrap().as_ref()).unwrap())
}

async fn sign(client: &Client, key_id: &str, kind: MessageType, message: &[u8]) -> DerSignature {
    let request = client
        .sign()
        .key_id(key_id)
        .message(Blob::new(message))
        .message_type(kind);
    let answer = request
        .signing_algorithm(SigningAlgorithmSpec::EcdsaSha256)
        .send()
        .await
        .unwrap();
    DerSignature::from_bytes(answer.signature().unwrap().as_ref()).unwrap()
}

fn code<T: std::fmt::Debug, E: ProvideErrorMetadata>(outcome: Result<T, SdkError<E>>) -> String {
    outcome.unwrap_err().code().unwrap().to_owned()
}

#[tokio::test]
async fn signatures_of_messages_and_digests_verify_with_the_public_key() {
    let aws = start().await;
    let client = kms(&aws);
    let message = b"header.payload";
    let key = public_key(&client, USER).await;
    let raw = sign(&client, USER, MessageType::Raw, message).await;
    let digest = sign(&client, USER, MessageType::Digest, &Sha256::digest(message)).await;
    key.verify(message, &raw).unwrap();
    key.verify(message, &digest).unwrap();
    assert!(public_key(&client, ADMIN).await.verify(message, &raw).is_err());
}

#[tokio::test]
async fn a_key_has_four_names() {
    let aws = start().await;
    let client = kms(&aws);
    let metadata = client
        .describe_key()
        .key_id(USER)
        .send()
        .await
        .unwrap()
        .key_metadata
        .unwrap();
    let alias_arn = metadata
        .arn()
        .unwrap()
        .replace(&format!("key/{}", metadata.key_id()), USER);
    for name in [metadata.key_id(), metadata.arn().unwrap(), USER, &alias_arn] {
        let found = client
            .describe_key()
            .key_id(name)
            .send()
            .await
            .unwrap()
            .key_metadata
            .unwrap();
        assert_eq!(found.key_id(), metadata.key_id());
    }
    for name in ["alias/nobody", "nonsense", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(
            code(client.describe_key().key_id(name).send().await),
            "NotFoundException"
        );
    }
}

#[tokio::test]
async fn a_ciphertext_decrypts_under_its_context_only() {
    let aws = start().await;
    let client = kms(&aws);
    let encrypt = client.encrypt().key_id(ENVELOPE).plaintext(Blob::new("secret"));
    let encrypt = encrypt
        .encryption_context("user", "1")
        .encryption_context("kind", "totp");
    let blob = encrypt.send().await.unwrap().ciphertext_blob.unwrap();
    let decrypt = || {
        client
            .decrypt()
            .ciphertext_blob(blob.clone())
            .encryption_context("kind", "totp")
    };

    let opened = decrypt().encryption_context("user", "1").send().await.unwrap();
    assert_eq!(opened.plaintext.unwrap().as_ref(), b"secret");
    let opened = decrypt().encryption_context("user", "1").key_id(ENVELOPE).send().await;
    assert!(opened.is_ok());

    assert_eq!(
        code(decrypt().encryption_context("user", "2").send().await),
        "InvalidCiphertextException"
    );
    assert_eq!(code(decrypt().send().await), "InvalidCiphertextException");
    let other = client.create_key().send().await.unwrap().key_metadata.unwrap();
    let misled = decrypt()
        .encryption_context("user", "1")
        .key_id(other.key_id())
        .send()
        .await;
    assert_eq!(code(misled), "IncorrectKeyException");
    let nonsense = client.decrypt().ciphertext_blob(Blob::new("nonsense")).send().await;
    assert_eq!(code(nonsense), "InvalidCiphertextException");
}

#[tokio::test]
async fn data_keys_come_in_plain_and_encrypted() {
    let aws = start().await;
    let client = kms(&aws);
    let made = client
        .generate_data_key()
        .key_id(ENVELOPE)
        .key_spec(DataKeySpec::Aes256)
        .send()
        .await
        .unwrap();
    let opened = client
        .decrypt()
        .ciphertext_blob(made.ciphertext_blob.unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(opened.plaintext, made.plaintext);
    assert_eq!(opened.plaintext.unwrap().as_ref().len(), 32);
    assert_eq!(
        code(client.generate_data_key().key_id(ENVELOPE).send().await),
        "ValidationException"
    );
}

#[tokio::test]
async fn a_key_pair_without_plaintext_decrypts_to_its_private_key() {
    let aws = start().await;
    let client = kms(&aws);
    let request = client.generate_data_key_pair_without_plaintext().key_id(ENVELOPE);
    let request = request
        .key_pair_spec(DataKeyPairSpec::EccNistP256)
        .encryption_context("purpose", "signing");
    let pair = request.send().await.unwrap();
    let decrypt = client
        .decrypt()
        .ciphertext_blob(pair.private_key_ciphertext_blob.unwrap());
    let opened = decrypt.encryption_context("purpose", "signing").send().await.unwrap();
    let private = SigningKey::from_pkcs8_der(opened.plaintext.unwrap().as_ref()).unwrap();
    let public = VerifyingKey::from_public_key_der(pair.public_key.unwrap().as_ref()).unwrap();
    assert_eq!(*private.verifying_key(), public);

    let request = client
        .generate_data_key_pair()
        .key_id(ENVELOPE)
        .key_pair_spec(DataKeyPairSpec::EccNistP256);
    let pair = request.send().await.unwrap();
    let private = SigningKey::from_pkcs8_der(pair.private_key_plaintext.unwrap().as_ref()).unwrap();
    let public = VerifyingKey::from_public_key_der(pair.public_key.unwrap().as_ref()).unwrap();
    assert_eq!(*private.verifying_key(), public);
}

#[tokio::test]
async fn an_alias_moves_to_a_new_key() {
    let aws = start().await;
    let client = kms(&aws);
    let create = client
        .create_key()
        .key_spec(KeySpec::EccNistP256)
        .key_usage(KeyUsageType::SignVerify);
    let key = create.description("next").send().await.unwrap().key_metadata.unwrap();
    client
        .create_alias()
        .alias_name("alias/next")
        .target_key_id(key.key_id())
        .send()
        .await
        .unwrap();
    let again = client
        .create_alias()
        .alias_name("alias/next")
        .target_key_id(key.key_id())
        .send()
        .await;
    assert_eq!(code(again), "AlreadyExistsException");

    client
        .update_alias()
        .alias_name(USER)
        .target_key_id(key.key_id())
        .send()
        .await
        .unwrap();
    assert_eq!(public_key(&client, USER).await, public_key(&client, "alias/next").await);
}

#[tokio::test]
async fn a_disabled_key_is_refused_with_the_reason() {
    let aws = start().await;
    let client = kms(&aws);
    let id = client
        .describe_key()
        .key_id(USER)
        .send()
        .await
        .unwrap()
        .key_metadata
        .unwrap()
        .key_id;
    let sign = || {
        let request = client.sign().key_id(USER).message(Blob::new("m"));
        request.signing_algorithm(SigningAlgorithmSpec::EcdsaSha256).send()
    };
    client.disable_key().key_id(&id).send().await.unwrap();
    assert_eq!(code(sign().await), "DisabledException");
    client.enable_key().key_id(&id).send().await.unwrap();
    assert!(sign().await.is_ok());

    let scheduled = client
        .schedule_key_deletion()
        .key_id(&id)
        .pending_window_in_days(7)
        .send()
        .await
        .unwrap();
    assert_eq!(scheduled.key_state, Some(KeyState::PendingDeletion));
    assert_eq!(code(sign().await), "KMSInvalidStateException");
    client.cancel_key_deletion().key_id(&id).send().await.unwrap();
    let state = client
        .describe_key()
        .key_id(&id)
        .send()
        .await
        .unwrap()
        .key_metadata
        .unwrap()
        .key_state;
    assert_eq!(state, Some(KeyState::Disabled));
}

#[tokio::test]
async fn operations_that_do_not_fit_the_key_usage_are_refused() {
    let aws = start().await;
    let client = kms(&aws);
    let sign = |key, algorithm, message: &[u8]| {
        let request = client
            .sign()
            .key_id(key)
            .message_type(MessageType::Digest)
            .message(Blob::new(message));
        request.signing_algorithm(algorithm).send()
    };
    let short = sign(USER, SigningAlgorithmSpec::EcdsaSha256, b"short").await;
    assert_eq!(code(short), "ValidationException");
    let wrong_algorithm = sign(USER, SigningAlgorithmSpec::EcdsaSha384, &[0; 48]).await;
    assert_eq!(code(wrong_algorithm), "InvalidKeyUsageException");
    let symmetric = sign(ENVELOPE, SigningAlgorithmSpec::EcdsaSha256, &[0; 32]).await;
    assert_eq!(code(symmetric), "InvalidKeyUsageException");
    let asymmetric = client.encrypt().key_id(USER).plaintext(Blob::new("m")).send().await;
    assert_eq!(code(asymmetric), "InvalidKeyUsageException");
    let unnamed = client
        .sign()
        .message(Blob::new("m"))
        .signing_algorithm(SigningAlgorithmSpec::EcdsaSha256);
    assert_eq!(code(unnamed.send().await), "ValidationException");
}

#[tokio::test]
async fn keys_are_kept_across_restarts() {
    let folder = Folder::new();
    let aws = start_in(Some(folder.path())).await;
    let client = kms(&aws);
    let user = public_key(&client, USER).await;
    let encrypt = client.encrypt().key_id(ENVELOPE).plaintext(Blob::new("secret"));
    let blob = encrypt.send().await.unwrap().ciphertext_blob.unwrap();
    let disabled = client.create_key().send().await.unwrap().key_metadata.unwrap().key_id;
    client.disable_key().key_id(&disabled).send().await.unwrap();
    drop(aws);

    let aws = start_in(Some(folder.path())).await;
    let client = kms(&aws);
    assert_eq!(public_key(&client, USER).await, user);
    let opened = client.decrypt().ciphertext_blob(blob).send().await.unwrap();
    assert_eq!(opened.plaintext.unwrap().as_ref(), b"secret");
    let state = client
        .describe_key()
        .key_id(&disabled)
        .send()
        .await
        .unwrap()
        .key_metadata
        .unwrap()
        .key_state;
    assert_eq!(state, Some(KeyState::Disabled));
}
