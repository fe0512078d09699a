import com.alipay.v3.ApiClient;
import com.alipay.v3.ApiException;
import com.alipay.v3.ApiResponse;
import com.alipay.v3.util.AlipaySignature;
import com.alipay.v3.util.GenericExecuteApi;
import com.alipay.v3.util.model.AlipayConfig;
import com.alipay.v3.util.model.OpenApiGenericRequest;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.ToNumberPolicy;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Maven com.alipay.sdk:alipay-sdk-java-v3: does what each line on stdin says. */
public final class Driver {
    private static final Gson GSON =
            new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE).create();
    private GenericExecuteApi api;
    private JsonObject settings;

    public static void main(String[] arguments) throws Exception {
        Driver driver = new Driver();
        // What the SDK prints on stdout is no reply.
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonObject reply;
            try {
                reply = driver.obey(GSON.fromJson(line, JsonObject.class));
            } catch (Exception error) {
                reply = reply("unbelieved", new JsonPrimitive(error.toString()));
            }
            out.println(reply);
        }
    }

    private JsonObject obey(JsonObject order) throws Exception {
        switch (text(order, "do")) {
            case "configure":
                return configure(order);
            case "v3":
                return reply("answer", call(text(order, "verb"), text(order, "path"), order.get("fields")));
            case "notification":
                return reply("believed", new JsonPrimitive(believes(text(order, "body"))));
            default:
                throw new IllegalArgumentException(text(order, "do"));
        }
    }

    private JsonObject configure(JsonObject order) throws ApiException {
        settings = order;
        AlipayConfig config = new AlipayConfig();
        config.setServerUrl(text(order, "endpoint"));
        config.setAppId(text(order, "app_id"));
        config.setPrivateKey(text(order, "app_private_key"));
        config.setAlipayPublicKey(text(order, "alipay_public_key"));
        if (order.has("content_key")) {
            config.setEncryptType("AES");
            config.setEncryptKey(text(order, "content_key"));
        }
        if (order.has("certificates")) {
            JsonObject certificates = order.getAsJsonObject("certificates");
            config.setAppCertContent(text(certificates, "app"));
            config.setAlipayPublicCertContent(text(certificates, "alipay"));
            config.setRootCertContent(text(certificates, "roots"));
        }
        ApiClient client = new ApiClient();
        client.setAlipayConfig(config);
        api = new GenericExecuteApi(client);
        return reply("ok", new JsonPrimitive(true));
    }

    /** The SDK verifies successes and refusals alike, and throws a refusal once it has verified it. */
    @SuppressWarnings("unchecked")
    private JsonElement call(String verb, String path, JsonElement fields) throws ApiException {
        OpenApiGenericRequest request = new OpenApiGenericRequest();
        Map<String, Object> values = GSON.fromJson(fields, Map.class);
        if (verb.equals("GET")) {
            request.setQueryParams(values);
        } else {
            request.setBodyParams(values);
        }
        try {
            ApiResponse<Object> response = api.execute(path, verb, request);
            return response.getData() == null ? new JsonObject() : GSON.toJsonTree(response.getData());
        } catch (ApiException error) {
            boolean believed = !error.getMessage().contains("sign check fail");
            if (believed && error.getCode() >= 400 && error.getResponseBody() != null) {
                return GSON.fromJson(error.getResponseBody(), JsonObject.class);
            }
            throw error;
        }
    }

    private boolean believes(String body) throws Exception {
        Map<String, String> fields = new HashMap<>();
        for (String pair : body.split("&")) {
            String[] parts = pair.split("=", 2);
            fields.put(URLDecoder.decode(parts[0], "UTF-8"), URLDecoder.decode(parts[1], "UTF-8"));
        }
        if (!settings.has("certificates")) {
            return AlipaySignature.verifyV1(fields, text(settings, "alipay_public_key"), "UTF-8", "RSA2");
        }
        Path file = Files.createTempFile("alipay", ".crt");
        try {
            Files.writeString(file, text(settings.getAsJsonObject("certificates"), "alipay"));
            return AlipaySignature.certVerifyV1(fields, file.toString(), "UTF-8", "RSA2");
        } finally {
            Files.delete(file);
        }
    }

    private static String text(JsonObject object, String name) {
        return object.get(name).getAsString();
    }

    private static JsonObject reply(String name, JsonElement value) {
        JsonObject reply = new JsonObject();
        reply.add(name, value);
        return reply;
    }
}
