// SPDX-License-Identifier: GPL-3.0-or-later
// TlsServer PORT VERSIONS none|ask|require KEYS.p12 CLIENT-ROOT.pem: answers one HTTP request a connection.
// Properties: suites, alpn (lists with commas), only (a regular expression: the server names that it takes),
// crl (a file of revocation lists that clients are checked by).
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.security.KeyStore;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public class TlsServer {
    public static void main(String[] args) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(new FileInputStream(args[3]), "secret".toCharArray());
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("SunX509");
        keyManagers.init(keys, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trust(args[4]).getTrustManagers(), null);
        SSLServerSocket listener =
            (SSLServerSocket) context.getServerSocketFactory().createServerSocket(Integer.parseInt(args[0]));
        listener.setEnabledProtocols(args[1].split(","));
        if (args[2].equals("ask"))
            listener.setWantClientAuth(true);
        if (args[2].equals("require"))
            listener.setNeedClientAuth(true);
        String suites = System.getProperty("suites");
        if (suites != null)
            listener.setEnabledCipherSuites(suites.split(","));
        SSLParameters parameters = listener.getSSLParameters();
        if (System.getProperty("alpn") != null)
            parameters.setApplicationProtocols(System.getProperty("alpn").split(","));
        if (System.getProperty("only") != null)
            parameters.setSNIMatchers(List.of(SNIHostName.createSNIMatcher(System.getProperty("only"))));
        listener.setSSLParameters(parameters);
        while (true)
            answer((SSLSocket) listener.accept());
    }

    static TrustManagerFactory trust(String file) throws Exception {
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

    private static void answer(SSLSocket socket) {
        try (socket) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
            for (String line = in.readLine(); line != null && !line.isEmpty();)
                line = in.readLine();
            socket.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\nserved\n".getBytes());
        } catch (Exception error) {
            System.err.println(error);
        }
    }
}
