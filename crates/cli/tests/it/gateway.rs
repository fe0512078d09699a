//! A sandbox inside the test: its answers as bytes, and its files as a developer has them.

use std::net::TcpListener;

use alipay_api::http::{HttpRequest, HttpResponse};
use alipay_api::sign::PrivateKey;
use alipay_api::{CallOptions, Config, ConfigBuilder, Exchange, RawOperation, Step};
use alipay_sandbox::{Sandbox, SandboxBuilder, TrustMode};

use crate::command::Folder;

/// Base64 of sixteen bytes.
pub(crate) const CONTENT_KEY: &str = "AAECAwQFBgcICQoLDA0ODw==";

/// A sandbox, and a folder with the files of its console.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: Folder,
}

impl Gateway {
    /// In public-key mode.
    pub(crate) fn new() -> Self {
        Self::build(Sandbox::builder())
    }

    /// In certificate mode.
    pub(crate) fn with_certificates() -> Self {
        Self::build(Sandbox::builder().trust_mode(TrustMode::Certificates))
    }

    pub(crate) fn build(builder: SandboxBuilder) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = builder.base_url(url).build().unwrap();
        let folder = Folder::new();
        folder.file("app_private.pem", sandbox.app_private_key().unwrap().to_pkcs8_pem().expose());
        folder.file("alipay_public.pem", &sandbox.alipay_public_key().to_spki_pem());
        folder.file("content.key", &format!("{CONTENT_KEY}\n"));
        if let Some(files) = sandbox.certificates() {
            folder.file("app.crt", &files.app);
            folder.file("alipay.crt", &files.alipay);
            folder.file("roots.crt", &files.roots);
        }
        let serving = sandbox.clone();
        std::thread::spawn(move || {
            listener.set_nonblocking(true).unwrap();
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap()
                .block_on(async {
                    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                    // Until the test program ends.
                    serving.serve(listener, None, std::future::pending()).await.unwrap();
                });
        });
        Self { sandbox, folder }
    }

    /// The name of a file of the folder.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// What the gateway answers to an operation, as it comes over the network.
    pub(crate) fn answer(&self, operation: RawOperation, options: CallOptions) -> HttpResponse {
        let config = self.config(alipay_api::config(self.sandbox.app_id()));
        match Exchange::new(&config, operation, options).step() {
            Step::Send(request) => self.sandbox.handle(&request),
            step => panic!("{step:?}"),
        }
    }

    fn config(&self, builder: ConfigBuilder) -> Config {
        let builder = builder
            .private_key(self.sandbox.app_private_key().unwrap().to_pkcs8_pem().expose())
            .sign_type(self.sandbox.sign_type())
            .content_key(CONTENT_KEY)
            .gateway(self.sandbox.gateway_url())
            .endpoint(self.sandbox.endpoint_url());
        let builder = match self.sandbox.certificates() {
            Some(files) => builder
                .app_certificate(files.app)
                .alipay_certificate(files.alipay)
                .alipay_root_certificate(files.roots),
            None => builder.alipay_public_key(self.sandbox.alipay_public_key().to_spki_pem()),
        };
        builder.build().unwrap()
    }

    /// An answer in a file, as `curl -i` prints it.
    pub(crate) fn file_of(&self, name: &str, answer: &HttpResponse) -> String {
        let path = self.path(name);
        std::fs::write(&path, curl(answer)).unwrap();
        path
    }
}

/// The request that a client of these settings sends, for its parameters.
pub(crate) fn first_request(config: &Config, operation: RawOperation) -> HttpRequest {
    match Exchange::new(config, operation, CallOptions::new()).step() {
        Step::Send(request) => request,
        step => panic!("{step:?}"),
    }
}

fn curl(answer: &HttpResponse) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {} Whatever\r\n", answer.status()).into_bytes();
    for (name, value) in answer.headers() {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(answer.body());
    bytes
}

/// A key, and files with both halves of it in `folder`.
pub(crate) fn key_files(folder: &Folder, name: &str) -> (PrivateKey, String, String) {
    let key = PrivateKey::generate(2048).unwrap();
    let private = folder.file(&format!("{name}_private.pem"), key.to_pkcs8_pem().expose());
    let public = folder.file(&format!("{name}_public.pem"), &key.public_key().to_spki_pem());
    (key, private, public)
}
