import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Calls by gRPC for Java, with messages that the service's descriptors describe; ../run.py says what the arguments are, but
 * for the first, which is a file with those descriptors.
 */
public final class Bursts {
    private static final String SERVICE = "ascribe.v1.ClaimService";

    /** What became of calls and documents. */
    private static final class Tally {
        private int sent;
        private int answered;
        private final Map<String, Integer> refused = new TreeMap<>();

        synchronized void send() {
            sent++;
        }

        synchronized void answer() {
            answered++;
        }

        synchronized void refuse(String reason) {
            refused.merge(reason.substring(0, Math.min(reason.length(), 300)), 1, Integer::sum);
        }

        /** As JSON, without its last brace. */
        synchronized String told() {
            String reasons = refused.entrySet().stream()
                    .map(entry -> quoted(entry.getKey()) + ": " + entry.getValue())
                    .collect(Collectors.joining(", "));
            return String.format("{\"sent\": %d, \"answered\": %d, \"refused\": {%s}", sent, answered, reasons);
        }

        private static String quoted(String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\s", " ") + '"';
        }
    }

    private final Tally all = new Tally();
    private final Tally beside = new Tally();
    private final ManagedChannel channel;
    private final ServiceDescriptor service;
    private final String text;
    private long begun;

    private Bursts(Path descriptors, String address, String text) throws Exception {
        this.text = text;
        Map<String, FileDescriptorProto> files = new HashMap<>();
        for (FileDescriptorProto file : FileDescriptorSet.parseFrom(Files.readAllBytes(descriptors)).getFileList()) {
            files.put(file.getName(), file);
        }
        service = linked("ascribe/v1/claims.proto", files).findServiceByName("ClaimService");
        channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build();
    }

    private static FileDescriptor linked(String name, Map<String, FileDescriptorProto> files) throws Exception {
        FileDescriptorProto file = files.get(name);
        FileDescriptor[] imports = new FileDescriptor[file.getDependencyCount()];
        for (int i = 0; i < imports.length; i++) {
            imports[i] = linked(file.getDependency(i), files);
        }
        return FileDescriptor.buildFrom(file, imports);
    }

    private MethodDescriptor<DynamicMessage, DynamicMessage> method(String name, MethodType type) {
        var described = service.findMethodByName(name);
        return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(described.getInputType())))
                .setResponseMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(described.getOutputType())))
                .build();
    }

    /** A message of the given type whose document has the text. */
    private DynamicMessage.Builder withText(Descriptor type) {
        FieldDescriptor document = type.findFieldByName("document");
        Descriptor ofDocument = document.getMessageType();
        var filled = DynamicMessage.newBuilder(ofDocument).setField(ofDocument.findFieldByName("text"), text);
        return DynamicMessage.newBuilder(type).setField(document, filled.build());
    }

    /** Makes one call; runs `then` when it has ended. */
    private void call(Tally tally, Runnable then) {
        var method = method("ExtractClaims", MethodType.UNARY);
        var request = withText(service.findMethodByName("ExtractClaims").getInputType()).build();
        tally.send();
        ClientCalls.asyncUnaryCall(channel.newCall(method, CallOptions.DEFAULT), request, new StreamObserver<>() {
            @Override
            public void onNext(DynamicMessage answer) {
                tally.answer();
            }

            @Override
            public void onError(Throwable error) {
                tally.refuse(error.getMessage());
                then.run();
            }

            @Override
            public void onCompleted() {
                then.run();
            }
        });
    }

    /** Makes so many calls, of which so many are under way at one time. */
    private void burst(int calls, int atOnce) throws InterruptedException {
        Semaphore free = new Semaphore(atOnce);
        for (int i = 0; i < calls; i++) {
            free.acquire();
            call(all, free::release);
        }
        free.acquire(atOnce);
    }

    /** Sends so many documents over one stream, without waiting for anything. */
    private void stream(int documents, CountDownLatch ended) {
        var method = method("StreamExtractClaims", MethodType.BIDI_STREAMING);
        var described = service.findMethodByName("StreamExtractClaims");
        FieldDescriptor item = described.getInputType().findFieldByName("item");
        FieldDescriptor sequence = item.getMessageType().findFieldByName("sequence");
        FieldDescriptor error = described.getOutputType().findFieldByName("error");
        var requests = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(method, CallOptions.DEFAULT), new StreamObserver<DynamicMessage>() {
                    @Override
                    public void onNext(DynamicMessage answer) {
                        if (answer.hasField(error)) {
                            DynamicMessage status = (DynamicMessage) answer.getField(error);
                            var message = status.getDescriptorForType().findFieldByName("message");
                            all.refuse("document: " + status.getField(message));
                        } else {
                            all.answer();
                        }
                    }

                    @Override
                    public void onError(Throwable why) {
                        all.refuse("stream: " + why.getMessage());
                        ended.countDown();
                    }

                    @Override
                    public void onCompleted() {
                        ended.countDown();
                    }
                });
        for (long number = 0; number < documents; number++) {
            var filled = withText(item.getMessageType()).setField(sequence, number).build();
            requests.onNext(DynamicMessage.newBuilder(described.getInputType()).setField(item, filled).build());
            all.send();
        }
        requests.onCompleted();
    }

    /** So many streams at one time over one connection, and single calls beside them until all have ended. */
    private void streams(int count, int documents) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            new Thread(() -> stream(documents, ended)).start();
        }
        do {
            CountDownLatch one = new CountDownLatch(1);
            call(beside, one::countDown);
            one.await();
        } while (!ended.await(100, TimeUnit.MILLISECONDS));
    }

    /** Prints what there is and ends, whatever is still under way. */
    private synchronized void report() {
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.println(all.told() + ", \"beside\": " + beside.told() + "}, \"seconds\": " + seconds + "}");
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    /** Reports after so many seconds, done or not. */
    private void within(int seconds) {
        Thread late = new Thread(() -> {
            try {
                TimeUnit.SECONDS.sleep(seconds);
            } catch (InterruptedException end) {
                return;
            }
            report();
        });
        late.setDaemon(true);
        late.start();
    }

    public static void main(String[] arguments) throws Exception {
        var bursts = new Bursts(Path.of(arguments[0]), arguments[2], Files.readString(Path.of(arguments[3])));
        int first = Integer.parseInt(arguments[4]);
        int second = Integer.parseInt(arguments[5]);
        bursts.begun = System.nanoTime();
        bursts.within(Integer.parseInt(arguments[6]));
        if (arguments[1].equals("burst")) {
            bursts.burst(first, second);
        } else {
            bursts.streams(first, second);
        }
        bursts.report();
    }
}
