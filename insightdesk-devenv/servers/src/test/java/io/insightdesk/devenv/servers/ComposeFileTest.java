package io.insightdesk.devenv.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ComposeFileTest {
    @Test
    void theFileOfTheProjectIsWhatIsDescribed() throws IOException {
        assertThat(Files.readString(Path.of("../../docker-compose.yml")))
                .as("write it anew: ./desk compose > docker-compose.yml")
                .isEqualTo(ComposeFile.render());
    }
}
