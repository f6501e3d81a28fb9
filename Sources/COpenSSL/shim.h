#pragma once

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/srtp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

// OpenSSL spells these as macros, which Swift cannot see.

static inline EVP_PKEY *openssl_generate_p256_key(void) {
    return EVP_EC_gen("P-256");
}

static inline int openssl_use_only_dtls12(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1
        && SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1;
}

static inline int openssl_set_groups(SSL_CTX *context, const char *groups) {
    return SSL_CTX_set1_groups_list(context, groups) == 1;
}

static inline void openssl_disable_session_cache(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline void openssl_set_link_mtu(SSL *ssl, long mtu) {
    DTLS_set_link_mtu(ssl, mtu);
}

static inline long openssl_handle_dtls_timeout(SSL *ssl) {
    return DTLSv1_handle_timeout(ssl);
}

static inline void openssl_bio_want_read(BIO *bio) {
    BIO_set_retry_read(bio);
}

static inline void openssl_bio_clear_retry(BIO *bio) {
    BIO_clear_retry_flags(bio);
}

static inline uint64_t openssl_connection_options(void) {
    return SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU;
}
