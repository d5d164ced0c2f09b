package io.github.wxtoken.api;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves the OpenAPI 3.1 description of the HTTP interface. */
@RestController
final class OpenApiController {

    /** RFC 9512. */
    private static final MediaType YAML = new MediaType("application", "yaml");

    private static final Resource DESCRIPTION = new ClassPathResource("openapi.yaml");

    @GetMapping("/openapi.yaml")
    ResponseEntity<Resource> description() {
        return ResponseEntity.ok().contentType(YAML).body(DESCRIPTION);
    }
}
