import com.alibaba.fastjson.JSON;
import com.alibaba.fastjson.JSONObject;
import com.alipay.api.AlipayApiException;
import com.alipay.api.AlipayClient;
import com.alipay.api.AlipayConfig;
import com.alipay.api.AlipayRequest;
import com.alipay.api.AlipayResponse;
import com.alipay.api.DefaultAlipayClient;
import com.alipay.api.internal.util.AlipaySignature;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Maven com.alipay.sdk:alipay-sdk-java: does what each line on stdin says. */
public final class Driver {
    private AlipayClient client;
    private JSONObject settings;

    public static void main(String[] arguments) throws Exception {
        Driver driver = new Driver();
        // What the SDK prints on stdout is no reply.
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JSONObject reply;
            try {
                reply = driver.obey(JSON.parseObject(line));
            } catch (Exception error) {
                reply = reply("unbelieved", error.toString());
            }
            out.println(reply);
        }
    }

    private JSONObject obey(JSONObject order) throws Exception {
        switch (order.getString("do")) {
            case "configure":
                return configure(order);
            case "v2":
                return reply("answer", call(order.getString("method"), order.getString("fields")));
            case "notification":
                return reply("believed", believes(order.getString("body")));
            default:
                throw new IllegalArgumentException(order.getString("do"));
        }
    }

    private JSONObject configure(JSONObject order) throws AlipayApiException {
        settings = order;
        AlipayConfig config = new AlipayConfig();
        config.setServerUrl(order.getString("gateway"));
        config.setAppId(order.getString("app_id"));
        config.setPrivateKey(order.getString("app_private_key"));
        config.setAlipayPublicKey(order.getString("alipay_public_key"));
        config.setSignType(order.getString("sign_type"));
        config.setCharset(order.getString("charset"));
        config.setFormat("json");
        if (order.containsKey("content_key")) {
            config.setEncryptType("AES");
            config.setEncryptKey(order.getString("content_key"));
        }
        JSONObject certificates = order.getJSONObject("certificates");
        if (certificates != null) {
            config.setAppCertContent(certificates.getString("app"));
            config.setAlipayPublicCertContent(certificates.getString("alipay"));
            config.setRootCertContent(certificates.getString("roots"));
        }
        client = new DefaultAlipayClient(config);
        return reply("ok", true);
    }

    /** Calls through the typed request of the method. The SDK verifies the node named after the method. */
    private JSONObject call(String method, String bizContent) throws Exception {
        StringBuilder name = new StringBuilder("com.alipay.api.request.");
        for (String part : method.split("\\.")) {
            name.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
        }
        AlipayRequest<?> request =
                (AlipayRequest<?>) Class.forName(name + "Request").getDeclaredConstructor().newInstance();
        request.getClass().getMethod("setBizContent", String.class).invoke(request, bizContent);
        request.setNeedEncrypt(settings.containsKey("content_key"));
        AlipayResponse response =
                settings.containsKey("certificates") ? client.certificateExecute(request) : client.execute(request);
        return JSON.parseObject(response.getBody()).getJSONObject(method.replace('.', '_') + "_response");
    }

    private boolean believes(String body) throws Exception {
        String charset = settings.getString("charset");
        Map<String, String> fields = new HashMap<>();
        for (String pair : body.split("&")) {
            String[] parts = pair.split("=", 2);
            fields.put(URLDecoder.decode(parts[0], charset), URLDecoder.decode(parts[1], charset));
        }
        String signType = settings.getString("sign_type");
        JSONObject certificates = settings.getJSONObject("certificates");
        if (certificates == null) {
            return AlipaySignature.rsaCheckV1(fields, settings.getString("alipay_public_key"), charset, signType);
        }
        Path file = Files.createTempFile("alipay", ".crt");
        try {
            Files.writeString(file, certificates.getString("alipay"));
            return AlipaySignature.rsaCertCheckV1(fields, file.toString(), charset, signType);
        } finally {
            Files.delete(file);
        }
    }

    private static JSONObject reply(String name, Object value) {
        JSONObject reply = new JSONObject();
        reply.put(name, value);
        return reply;
    }
}
