package io.github.wxtoken.redis;

import io.github.wxtoken.support.SafeText;
import io.github.wxtoken.token.Token;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.jdk.StringDeserializer;

/**
 * Reads the texts of a record, which everyone who can write to Redis can choose: a control character could forge a line
 * of the log. A text is made safe rather than refused, since refusing the record would lose its token. Different texts
 * stay different, as the owner of a claim decides who may continue its fetch. The value of a token stays as it is:
 * {@link RecordValidation} refuses it.
 */
final class RecordText extends StringDeserializer {

    @Override
    public ValueDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
        boolean ofToken = property != null && property.getMember().getDeclaringClass() == Token.class;
        return ofToken ? StringDeserializer.instance : this;
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) {
        return SafeText.distinctLine(super.deserialize(parser, context));
    }
}
