// SPDX-License-Identifier: GPL-3.0-or-later
// TlsClient HOST PORT VERSIONS CERTIFICATE SERVER-ROOT.pem GOOD.p12: sends one HTTP request and reads the answer.
// CERTIFICATE is a PKCS #12 file, none, or a way to hold the good certificate without a usable key:
//   throwing  asking for the key raises an exception
//   missing   there is no key for the alias that was chosen
//   foreign   the key is an opaque object that no provider can sign with (a token that is gone)
//   other     the key is another one, which does not belong to the certificate
// Properties: suites, alpn, sni, times, and crl, a file of revocation lists that the server is checked by.
import java.io.FileInputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

public class TlsClient {
    public static void main(String[] args) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers(args[3], args[5]), trust(args[4]).getTrustManagers(), null);
        for (int i = 0; i < Integer.getInteger("times", 1); i++)
            request(context, args);
    }

    private static void request(SSLContext context, String[] args) throws Exception {
        try (SSLSocket socket =
                 (SSLSocket) context.getSocketFactory().createSocket(args[0], Integer.parseInt(args[1]))) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(args[2].split(","));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            String suites = System.getProperty("suites");
            if (suites != null)
                parameters.setCipherSuites(suites.split(","));
            if (System.getProperty("alpn") != null)
                parameters.setApplicationProtocols(System.getProperty("alpn").split(","));
            if (System.getProperty("sni") != null)
                parameters.setServerNames(List.of(new SNIHostName(System.getProperty("sni"))));
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write(("GET /served HTTP/1.0\r\nHost: " + args[0] + "\r\n\r\n").getBytes());
            System.out.write(socket.getInputStream().readAllBytes());
        }
    }

    private static TrustManagerFactory trust(String file) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("root",
            CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(file)));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        if (System.getProperty("crl") == null)
            factory.init(roots);
        else
            factory.init(new CertPathTrustManagerParameters(checkedBy(roots, System.getProperty("crl"))));
        return factory;
    }

    private static PKIXBuilderParameters checkedBy(KeyStore roots, String file) throws Exception {
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(roots, new X509CertSelector());
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(
            CertificateFactory.getInstance("X.509").generateCRLs(new FileInputStream(file)))));
        parameters.setRevocationEnabled(true);
        return parameters;
    }

    private static KeyManager[] keyManagers(String certificate, String good) throws Exception {
        switch (certificate) {
        case "none":
            return null;
        case "throwing":
        case "missing":
        case "foreign":
        case "other":
            return new KeyManager[] {new Unusable(certificate, load(good))};
        default:
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(load(certificate), "secret".toCharArray());
            return factory.getKeyManagers();
        }
    }

    private static KeyStore load(String file) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(new FileInputStream(file), "secret".toCharArray());
        return keys;
    }

    private static class Unusable extends X509ExtendedKeyManager {
        private final String how;
        private final X509Certificate[] chain;

        Unusable(String how, KeyStore keys) throws Exception {
            this.how = how;
            chain = Arrays.stream(keys.getCertificateChain("client"))
                        .map(certificate -> (X509Certificate) certificate)
                        .toArray(X509Certificate[] ::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            if (how.equals("throwing"))
                throw new IllegalStateException("the key store does not open");
            if (how.equals("other"))
                return otherKey();
            return how.equals("missing") ? null : new ForeignKey();
        }

        private static PrivateKey otherKey() {
            try {
                return KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
            } catch (GeneralSecurityException error) {
                throw new IllegalStateException(error);
            }
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return Arrays.asList(types).contains("RSA") ? "client" : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {"client"};
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return "client";
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return null;
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    private static class ForeignKey implements PrivateKey {
        @Override
        public String getAlgorithm() {
            return "RSA";
        }

        @Override
        public String getFormat() {
            return null;
        }

        @Override
        public byte[] getEncoded() {
            return null;
        }
    }
}
