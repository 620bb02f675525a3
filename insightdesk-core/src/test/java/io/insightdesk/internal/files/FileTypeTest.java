package io.insightdesk.internal.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FileTypeTest {

    private static final String GENERAL = "application/octet-stream";
    private static final String DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    private static final byte[] PNG = bytes("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR");
    private static final byte[] EXE = bytes("MZ\u0090\0\3\0\0\0\4\0\0\0\u00ff\u00ff\0\0");
    private static final byte[] HTML = bytes("<!DOCTYPE html><html><script>alert(1)</script></html>");
    private static final byte[] SVG = bytes("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>");
    private static final byte[] OLE = bytes("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1" + "\0".repeat(600));

    @Test
    void whatIsTrueStays() throws IOException {
        stays("a.png", "image/png", PNG);
        stays("a.pdf", "application/pdf", bytes("%PDF-1.7\n"));
        stays("a.docx", DOCX, zip("[Content_Types].xml"));
        stays("a.zip", "application/zip", zip("a.txt"));
        stays("a.jar", "application/java-archive", zip("META-INF/MANIFEST.MF"));
        stays("a.html", "text/html", HTML);
        stays("a.svg", "image/svg+xml", SVG);
        stays("a.csv", "text/csv", bytes("a,b\n1,2\n"));
        stays("a.json", "application/json", bytes("{\"a\":1}"));
        stays("a.doc", "application/msword", OLE);
        stays("mail.eml", "message/rfc822", bytes("From: a@b.example\nSubject: x\n\nhi"));
        stays("log.txt", "text/plain", bytes("From: a@b.example\nSubject: x\n\nhi"));
        stays("a.js", "text/javascript", bytes("alert(1)"));
        stays("a.xyz", "application/x-of-a-host", new byte[] {0, 1, 2, 3});
        stays("a.xyz", "application/x-of-a-host", bytes("made by a host"));
        stays("ada@example.com", "text/plain", bytes("Ada"));
        stays("no ending", "text/plain", "Grüße".getBytes(UTF_8));
    }

    @Test
    void aLieIsReplacedAndKeptAsAClaim() throws IOException {
        lies("a.png", "image/png", HTML, "text/html");
        lies("a.png", "image/png", bytes("  \n<HTML><body onload=alert(1)>"), "text/html");
        lies("a.png", "image/png", SVG, "image/svg+xml");
        lies("a.png", "image/png", bytes("<img src=x onerror=alert(1)>"), "text/plain");
        lies("a.gif", "image/gif", new byte[] {0, 1, 2, 3}, GENERAL);
        lies("a.pdf", "application/pdf", EXE, "application/x-msdownload");
        lies("a.pdf", "application/pdf", bytes("\u007fELF\2\1\1\0"), "application/x-elf");
        lies("a.docx", DOCX, bytes("no document"), "text/plain");
        lies("a.txt", "text/plain", HTML, "text/html");
        lies("a.txt", "text/plain", bytes("#!/bin/sh\nrm -rf /"), "application/x-sh");
        lies("a.txt", "text/plain", zip("a.txt"), "application/zip");
        lies("a.xml", "application/xml", SVG, "image/svg+xml");
        lies("a.jpg", "image/jpeg", PNG, "image/png");
        lies("a.pdf", "application/pdf", OLE, GENERAL);
    }

    @Test
    void aNameThatLiesIsAClaimToo() {
        assertThat(FileType.of("invoice.pdf", GENERAL, EXE))
                .isEqualTo(new FileType("application/x-msdownload", "application/pdf"));
        assertThat(FileType.of("invoice.pdf", "application/x-msdownload", EXE))
                .isEqualTo(new FileType("application/x-msdownload", "application/pdf"));
        assertThat(FileType.of("photo.png", "text/html", HTML)).isEqualTo(new FileType("text/html", "image/png"));
    }

    @Test
    void aGeneralTypeGivesWayToTheNameWhereItCanBeTrueAndToTheContent() throws IOException {
        assertThat(FileType.of("a.docx", GENERAL, zip("[Content_Types].xml"))).isEqualTo(new FileType(DOCX, null));
        assertThat(FileType.of("a.csv", "binary/octet-stream", bytes("a,b"))).isEqualTo(new FileType("text/csv", null));
        assertThat(FileType.of("a", GENERAL, PNG)).isEqualTo(new FileType("image/png", null));
        assertThat(FileType.of("a", GENERAL, new byte[] {0, 1, 2})).isEqualTo(new FileType(GENERAL, null));
    }

    @Test
    void otherNamesOfATypeAreNoLies() {
        byte[] jpeg = bytes("\u00ff\u00d8\u00ff\u00e0\0\20JFIF");
        assertThat(FileType.of("a.jpg", "image/jpg", jpeg)).isEqualTo(new FileType("image/jpeg", null));
        stays("a.xml", "text/xml", bytes("<?xml version=\"1.0\"?><a/>"));
        stays("a.zip", "application/x-zip-compressed", bytes("PK\3\4\24\0\0\0"));
    }

    @Test
    void aDocumentWithAPasswordIsADocument() {
        stays("a.docx", DOCX, OLE);
    }

    @Test
    void anEmptyFileIsWhatItIsCalled() {
        stays("a.png", "image/png", new byte[0]);
    }

    /** The root element of what looks like XML is read; what it refers to must not be. */
    @Test
    @Timeout(30)
    void xmlThatAttacksIsHarmless() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String address = "http://127.0.0.1:" + server.getLocalPort() + "/x";
            String external = "<?xml version=\"1.0\"?><!DOCTYPE a PUBLIC \"-//x//y\" \"" + address
                    + "\" [<!ENTITY % p SYSTEM \"" + address + "\">%p;<!ENTITY x SYSTEM \"" + address
                    + "\">]><a>&x;</a>";
            assertThat(FileType.of("a.xml", "application/xml", bytes(external)).type())
                    .isEqualTo("application/xml");
            server.setSoTimeout(1);
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
        StringBuilder laughs = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY l0 \"lol\">");
        for (int i = 1; i < 12; i++) {
            laughs.append("<!ENTITY l" + i + " \"" + ("&l" + (i - 1) + ";").repeat(10) + "\">");
        }
        laughs.append("]><a b=\"&l11;\">&l11;</a>");
        assertThat(FileType.of("a.xml", "application/xml", bytes(laughs.toString()))
                        .type())
                .isEqualTo("application/xml");
    }

    @Test
    @Timeout(60)
    void anyBytesHaveAType() {
        Random random = new Random(11);
        byte[][] begins = {PNG, EXE, HTML, SVG, OLE, bytes("PK\3\4"), bytes("<?xml "), bytes("%PDF-"), new byte[0]};
        for (int i = 0; i < 2000; i++) {
            byte[] begin = begins[i % begins.length];
            byte[] all = new byte[begin.length + random.nextInt(3000)];
            random.nextBytes(all);
            System.arraycopy(begin, 0, all, 0, begin.length);
            FileType type = FileType.of("a." + i, GENERAL, all);
            assertThat(type.type())
                    .matches("[a-z0-9.+-]+/[a-z0-9.+_-]+")
                    .doesNotContain("tika")
                    .hasSizeLessThan(100);
        }
    }

    @Test
    void theBeginningIsKeptAndTheRestGoesThrough() throws IOException {
        byte[] content = new byte[3 * Beginning.BYTES + 17];
        new Random(3).nextBytes(content);
        Beginning beginning = new Beginning(new ByteArrayInputStream(content));
        assertThat(beginning.read()).isEqualTo(content[0] & 0xFF);
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        assertThat(beginning.transferTo(rest)).isEqualTo(content.length - 1L);
        assertThat(rest.toByteArray()).isEqualTo(Arrays.copyOfRange(content, 1, content.length));
        assertThat(beginning.bytes()).isEqualTo(Arrays.copyOf(content, Beginning.BYTES));
    }

    private static void stays(String filename, String declared, byte[] content) {
        assertThat(FileType.of(filename, declared, content)).isEqualTo(new FileType(declared, null));
    }

    private static void lies(String filename, String declared, byte[] content, String is) {
        assertThat(FileType.of(filename, declared, content)).isEqualTo(new FileType(is, declared));
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(ISO_8859_1);
    }

    private static byte[] zip(String entry) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(bytes("<x/>"));
        }
        return out.toByteArray();
    }
}
