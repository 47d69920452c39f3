// What FlyOnce uses of libcrypto: the digest SM3 and signatures of SM2.
#ifndef FLYONCE_COPENSSL_SHIM_H
#define FLYONCE_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

// A macro in C.
static inline BIO *copenssl_bio(const void *bytes, int count) { return BIO_new_mem_buf(bytes, count); }

// Never asks at the terminal: a key under a passphrase is refused.
static inline int copenssl_no_passphrase(char *buffer, int size, int writing, void *context) {
    (void)buffer; (void)size; (void)writing; (void)context;
    return -1;
}

static inline EVP_PKEY *copenssl_private_key(BIO *bio) {
    return PEM_read_bio_PrivateKey(bio, NULL, copenssl_no_passphrase, NULL);
}

static inline EVP_PKEY *copenssl_public_key(BIO *bio) {
    return PEM_read_bio_PUBKEY(bio, NULL, copenssl_no_passphrase, NULL);
}

static inline int copenssl_is_sm2(const EVP_PKEY *key) { return EVP_PKEY_is_a(key, "SM2"); }

#endif
